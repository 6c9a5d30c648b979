package dev.spoa.agent;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * On a listening channel: when no connection can be accepted, most often because the process may open no more files, new
 * ones are left in the socket's queue for a moment. To try at once would fail again and again, at the cost of the event
 * loop and of the connections that it serves. Event loop only.
 */
final class AcceptBackoff extends ChannelInboundHandlerAdapter {
    /** Short beside what an engine waits for an AGENT-HELLO, long beside what a failed attempt takes. */
    static final long PAUSE_MILLIS = 100;

    private final AgentContext agent;
    private final Listener listener;

    AcceptBackoff(AgentContext agent, Listener listener) {
        this.agent = agent;
        this.listener = listener;
    }

    /** Nobody else on this channel hears of it: Netty's own acceptor would pause for a second, and log a stack trace. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Channel channel = context.channel();
        // first, because the cause may be a lack of memory: without the timer there must be no pause
        ScheduledFuture<?> unused = context.executor().schedule(() -> goOn(channel), PAUSE_MILLIS,
                TimeUnit.MILLISECONDS);
        channel.config().setAutoRead(false);
        agent.log.notAccepted(listener, cause, agent.connections.size());
    }

    private static void goOn(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setAutoRead(true);
        }
    }
}
