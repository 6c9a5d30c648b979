package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Collects the frames that a connection sends in one turn of its event loop, each in one piece, and writes them with one
 * flush. Event loop only.
 */
final class AckWriter {
    private static final int INITIAL_CAPACITY = 1_024;
    /** Above this a batch goes to the channel before the next frame begins, so that no buffer grows without end. */
    private static final int FULL = 64 * 1_024;

    private final ChannelHandlerContext context;
    private @Nullable ByteBuf batch;
    private int frameStart;
    private long written;

    AckWriter(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Begins a frame; its payload is to be appended to the buffer that this returns, which stays this writer's own. */
    ByteBuf begin(FrameType type, long streamId, long frameId) {
        ByteBuf out = batch;
        if (out != null && out.readableBytes() >= FULL) {
            batch = null;
            written++;
            ChannelFuture unused = context.write(out, context.voidPromise());
            out = null;
        }
        if (out == null) {
            out = context.alloc().buffer(INITIAL_CAPACITY);
            batch = out;
        }
        frameStart = FrameHeader.begin(out, type, FrameHeader.FIN, streamId, frameId);
        return out;
    }

    /** Ends the frame that was begun last. */
    void end(ByteBuf out) {
        FrameHeader.end(out, frameStart);
    }

    /** Takes the frame that was begun last back, so that what stands before it can still be sent. */
    void cancel(ByteBuf out) {
        out.writerIndex(frameStart);
    }

    /** Writes what there is. */
    void flush() {
        ByteBuf out = batch;
        if (out != null) {
            batch = null;
            written++;
            ChannelFuture unused = context.writeAndFlush(out, context.voidPromise());
        }
    }

    /** Writes what there is, of which there must be something, and tells when it has left. */
    ChannelFuture flushLast() {
        ByteBuf out = batch;
        batch = null;
        written++;
        return context.writeAndFlush(out);
    }

    /** How many batches went to the channel, for who wants to know whether the peer takes them. */
    long written() {
        return written;
    }

    /** Drops what was not written. */
    void close() {
        if (batch != null) {
            batch.release();
            batch = null;
        }
    }
}
