package dev.spoa.engine;

import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** What is to be sent on one connection: frames are collected, and all of one turn of the event loop leave in one write. */
final class Outgoing {
    private final ChannelHandlerContext context;
    private @Nullable ByteBuf frames;
    private boolean isFlushScheduled;

    Outgoing(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Where the next frame is appended; it belongs to this object. */
    ByteBuf buffer() {
        ByteBuf buffer = frames;
        if (buffer == null) {
            buffer = context.alloc().buffer();
            frames = buffer;
        }
        return buffer;
    }

    void hello(HaproxyHello hello) {
        int start = FrameHeader.begin(buffer(), FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0);
        hello.write(buffer());
        FrameHeader.end(buffer(), start);
        flush();
    }

    void disconnect(StatusCode status) {
        int start = FrameHeader.begin(buffer(), FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0);
        new Disconnect(status).write(buffer());
        FrameHeader.end(buffer(), start);
        flush();
    }

    void flush() {
        ByteBuf written = frames;
        if (written != null && written.isReadable()) {
            frames = null;
            ChannelFuture unused = context.writeAndFlush(written, context.voidPromise());
        }
    }

    /** Behind what the event loop has to do already, which may be more NOTIFYs. */
    void flushSoon() {
        if (!isFlushScheduled) {
            isFlushScheduled = true;
            context.executor().execute(() -> {
                isFlushScheduled = false;
                flush();
            });
        }
    }

    void release() {
        if (frames != null) {
            frames.release();
            frames = null;
        }
    }
}
