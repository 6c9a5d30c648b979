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
    private boolean pausing;

    AcceptBackoff(AgentContext agent, Listener listener) {
        this.agent = agent;
        this.listener = listener;
    }

    /**
     * Netty's acceptor, which comes next, stops the channel from accepting when it fails itself, and sets a timer to go on. For
     * want of memory it may be without that timer, and nobody would be let in any more.
     */
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        try {
            context.fireChannelRead(accepted);
        } finally {
            if (!pausing) {
                context.channel().config().setAutoRead(true);
            }
        }
    }

    /** Nobody else on this channel hears of it: Netty's own acceptor would pause for a second, and log a stack trace. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        try {
            pause(context.channel());
            agent.log.notAccepted(listener, cause, agent.connections.size());
        } catch (OutOfMemoryError e) {
            // without the timer there is no pause, and without the line there is none
        }
    }

    private void pause(Channel channel) {
        // first, because without the timer there must be no pause
        ScheduledFuture<?> unused =
                channel.eventLoop().schedule(() -> goOn(channel), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        pausing = true;
        channel.config().setAutoRead(false);
    }

    private void goOn(Channel channel) {
        pausing = false;
        if (channel.isOpen()) {
            channel.config().setAutoRead(true);
        }
    }
}
