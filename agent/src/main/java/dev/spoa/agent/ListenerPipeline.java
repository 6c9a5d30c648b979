package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoEventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the socket and a {@link Connection}, in the order in which a peer comes by: its network, its PROXY
 * header, TLS. The connection counts, and its handshake timeout runs, from the first of them on; it reads no byte before
 * all of them are content.
 */
final class ListenerPipeline extends ChannelInitializer<Channel> {
    /** How long a peer that takes no bytes can delay the end of its connection by not taking the end of TLS either. */
    private static final long CLOSE_MILLIS = 1_000;

    private static final int TLS_HEADER_LENGTH = 5;

    private final AgentContext agent;
    private final Entrance entrance;
    private final @Nullable TlsContext tls;
    private final Function<Channel, Dispatcher> dispatchers;

    ListenerPipeline(AgentContext agent, Entrance entrance, @Nullable TlsContext tls,
            Function<Channel, Dispatcher> dispatchers) {
        this.agent = agent;
        this.entrance = entrance;
        this.tls = tls;
        this.dispatchers = dispatchers;
    }

    @Override
    protected void initChannel(Channel channel) {
        Networks allowed = entrance.allowed();
        if (allowed != null && !allowed.contains(channel.remoteAddress())) {
            agent.counters.accepted.increment();
            agent.counters.rejectedConnections.increment();
            agent.log.rejected(channel.remoteAddress(), "it is in none of the networks " + allowed);
            ChannelFuture unused = channel.close();
            return;
        }
        Dispatcher dispatcher = dispatchers.apply(channel);
        if (tls == null && !entrance.proxyProtocol() && readsAtOnce(channel)) {
            channel.config().setRecvByteBufAllocator(dispatcher.receiveBuffer());
        }
        Connection connection = new Connection(agent, dispatcher);
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            pipeline.addLast(new WriteCount());
        }
        if (entrance.proxyProtocol()) {
            pipeline.addLast(new ProxyHeaderHandler(connection));
        }
        if (tls != null) {
            TlsTasks tasks = new TlsTasks(agent.tlsThreads);
            SslHandler handler = tls.current().newHandler(channel.alloc(), tasks);
            handler.setHandshakeTimeoutMillis(0); // the connection's own goes on until HELLO
            handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS);
            pipeline.addLast(new TlsFlow(connection, handler), handler, new TlsOutcome(connection, handler, tasks));
        }
        pipeline.addLast(connection);
    }

    /** With io_uring a channel needs a buffer for as long as it waits for something to read. */
    private static boolean readsAtOnce(Channel channel) {
        return !(channel.eventLoop() instanceof IoEventLoop loop && loop.isIoType(IoUringIoHandler.class));
    }

    /** What a connection that has not said HELLO yet has to do next. */
    static String awaited(Channel channel) {
        if (channel.pipeline().get(ProxyHeaderHandler.class) != null) {
            return "PROXY header";
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls != null && !tls.handshakeFuture().isDone() ? "TLS handshake" : "HELLO";
    }

    /** What the first bytes of a connection look like when they are no SPOP. */
    static String hint(ByteBuf in) {
        if (ProxyHeader.isLikely(in)) {
            return " (this looks like a PROXY header, and this listener expects none)";
        }
        if (in.readableBytes() >= TLS_HEADER_LENGTH && SslHandler.isEncrypted(in, false)) {
            return " (this looks like TLS, and this listener expects none)";
        }
        return "";
    }

    /** Closes our side of a connection, and leaves the peer's open. */
    static void shutDownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                ChannelFuture unused = duplex.shutdownOutput();
            } else {
                // the peer has to see that nothing was cut off
                tls.closeOutbound().addListener(sent -> {
                    ChannelFuture unused = duplex.shutdownOutput();
                });
            }
        }
    }
}
