package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;

/**
 * Bounds what a peer can make TLS hold, in front of it. TLS reads on when what came was no application data, whether the
 * peer takes its answers or not; and while a handshake is worked at elsewhere, it keeps all that comes. Event loop only.
 */
final class TlsFlow extends ChannelDuplexHandler {
    /** Two messages of the size that the JDK accepts, and what may come right behind a handshake. */
    static final int MAX_HANDSHAKE_LENGTH = 128 * 1_024;

    private final Connection connection;
    private final SslHandler tls;
    private int received;
    private boolean readAwaited;

    TlsFlow(Connection connection, SslHandler tls) {
        this.connection = connection;
        this.tls = tls;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (received > MAX_HANDSHAKE_LENGTH || !isWithinHandshake(bytes.readableBytes())) {
            bytes.release();
            return;
        }
        context.fireChannelRead(bytes);
    }

    private boolean isWithinHandshake(int bytes) {
        if (tls.handshakeFuture().isDone()) {
            return true;
        }
        received += bytes;
        if (received > MAX_HANDSHAKE_LENGTH) {
            connection.rejectAndClose(
                    "it has sent more than " + MAX_HANDSHAKE_LENGTH + " bytes before its TLS handshake was complete");
            return false;
        }
        return true;
    }

    @Override
    public void read(ChannelHandlerContext context) {
        readAwaited = !context.channel().isWritable();
        if (!readAwaited) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (readAwaited && context.channel().isWritable()) {
            readAwaited = false;
            context.read();
        }
        context.fireChannelWritabilityChanged();
    }
}
