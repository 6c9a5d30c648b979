package dev.spoa.agent;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Counts the buffers that go to the socket where TLS makes others of those that {@link AckWriter} writes. Event loop
 * only.
 */
final class WriteCount extends ChannelOutboundHandlerAdapter {
    private long written;

    long written() {
        return written;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        written++;
        ChannelFuture unused = context.write(message, promise);
    }
}
