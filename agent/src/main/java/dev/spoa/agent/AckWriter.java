package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.Consumer;

/**
 * Collects the frames that a connection sends in one turn of its event loop, each in one piece, and writes them with one
 * flush. Event loop only.
 */
final class AckWriter {
    private final ChannelHandlerContext context;
    private final AckBytes bytes;
    private int frameStart;
    private long written;
    private boolean flushed = true;

    AckWriter(ChannelHandlerContext context, AckBytes bytes) {
        this.context = context;
        this.bytes = bytes;
    }

    /** Begins a frame; its payload is to be appended to what this returns, which is the event loop's own. */
    OutgoingBytes begin(FrameType type, long streamId, long frameId) {
        OutgoingBytes out = bytes.take(this);
        out.ensure(FrameHeader.MAX_SIZE);
        frameStart = out.length();
        out.length(FrameHeader.begin(out.array(), frameStart, type, FrameHeader.FIN, streamId, frameId));
        return out;
    }

    /** Begins an ACK with ids that are copied as they were received: there is one encoding of each. */
    OutgoingBytes beginAck(byte[] in, int ids, int idsEnd) {
        OutgoingBytes out = bytes.take(this);
        out.ensure(FrameHeader.MAX_SIZE);
        frameStart = out.length();
        out.length(FrameHeader.beginAck(out.array(), frameStart, in, ids, idsEnd));
        return out;
    }

    /** How many bytes of the frame that was begun last are there, without LENGTH. */
    int frameLength(OutgoingBytes out) {
        return out.length() - frameStart - FrameHeader.LENGTH_SIZE;
    }

    /** Ends the frame that was begun last. */
    void end(OutgoingBytes out) {
        FrameHeader.end(out.array(), frameStart, out.length());
    }

    /** Takes the frame that was begun last back, so that what stands before it can still be sent. */
    void cancel(OutgoingBytes out) {
        out.length(frameStart);
    }

    /** Adds a frame that is none of many. */
    void add(FrameType type, Consumer<ByteBuf> payload) {
        ByteBuf encoded = Unpooled.buffer();
        payload.accept(encoded);
        OutgoingBytes out = begin(type, 0, 0);
        out.ensure(encoded.readableBytes());
        out.putBytes(encoded.array(), encoded.arrayOffset(), encoded.readableBytes());
        end(out);
    }

    /** Passes what there is on to the channel, which does not send it yet. */
    void hand() {
        if (bytes.isOf(this)) {
            ByteBuf batch = bytes.release(context.alloc());
            written++;
            flushed = false;
            ChannelFuture unused = context.write(batch, context.voidPromise());
        }
    }

    /** What has become of them is a matter of this connection, and of no other that is at work when it is found out. */
    void failed(Throwable cause) {
        context.pipeline().fireExceptionCaught(cause);
    }

    /** Writes what there is. */
    void flush() {
        hand();
        if (!flushed) {
            flushed = true;
            context.flush();
        }
    }

    /** Writes what there is, of which there must be something, and tells when it has left. */
    ChannelFuture flushLast() {
        flushed = true;
        written++;
        return context.writeAndFlush(bytes.release(context.alloc()));
    }

    /** How many batches went to the channel, for who wants to know whether the peer takes them. */
    long written() {
        return written;
    }

    /** Drops what was not written. */
    void close() {
        bytes.drop(this);
    }
}
