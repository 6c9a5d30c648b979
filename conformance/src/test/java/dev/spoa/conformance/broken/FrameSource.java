package dev.spoa.conformance.broken;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts frames out of what a connection receives. For the one thread that reads it. */
final class FrameSource {
    /** Before HELLO the engine has not said yet how large its frames may be. */
    private static final int LIMIT_BEFORE_HELLO = 16_380;
    private static final int CAP = 65_535;

    private final SocketChannel channel;
    private final Fault fault;
    private long limit = LIMIT_BEFORE_HELLO;
    private byte[] held = new byte[4_096];
    private int from;
    private int to;

    FrameSource(SocketChannel channel, Fault fault) {
        this.channel = channel;
        this.fault = fault;
    }

    void limit(long limit) {
        this.limit = fault == Fault.FRAMES_CAPPED_AT_64_KIB ? Math.min(limit, CAP) : limit;
    }

    /** The next frame without LENGTH, or null at the end of the connection. */
    byte @Nullable [] next() throws IOException {
        while (true) {
            if (to - from >= FrameHeader.LENGTH_SIZE) {
                long length = checked(ByteBuffer.wrap(held, from, FrameHeader.LENGTH_SIZE).getInt());
                if (to - from - FrameHeader.LENGTH_SIZE >= length) {
                    return take((int) length);
                }
                if (fault == Fault.SHORT_READS_AS_FRAMES) {
                    return takePadded((int) length);
                }
            }
            if (fault == Fault.CUT_FRAMES_DROPPED) {
                from = to;
            }
            if (!receive()) {
                return null;
            }
        }
    }

    private byte[] take(int length) {
        int start = from + FrameHeader.LENGTH_SIZE;
        from = fault == Fault.ONE_FRAME_OF_EACH_READ ? to : start + length;
        return Arrays.copyOfRange(held, start, start + length);
    }

    /** What a reader does that does not look how much it has read. */
    private byte[] takePadded(int length) {
        int start = from + FrameHeader.LENGTH_SIZE;
        byte[] padded = Arrays.copyOf(Arrays.copyOfRange(held, start, to), length);
        from = to;
        return padded;
    }

    private long checked(int length) {
        long unsigned = Integer.toUnsignedLong(length);
        if (fault == Fault.LENGTH_TRUSTED) {
            return unsigned;
        }
        if (unsigned > limit || (fault == Fault.LARGEST_FRAME_REFUSED && unsigned == limit)) {
            throw new ProtocolException(StatusCode.FRAME_TOO_BIG, from, "LENGTH " + unsigned + " above " + limit);
        }
        if (length < FrameHeader.MIN_LENGTH && fault != Fault.SHORT_FRAMES_SKIPPED) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, from, "LENGTH " + length + " below 7");
        }
        return unsigned;
    }

    /** Room grows with what has come, never with what LENGTH promises. */
    private boolean receive() throws IOException {
        if (from > 0) {
            System.arraycopy(held, from, held, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == held.length) {
            held = Arrays.copyOf(held, 2 * held.length);
        }
        int read = channel.read(ByteBuffer.wrap(held, to, held.length - to));
        to += Math.max(read, 0);
        return read >= 0;
    }

    /** Drops what still comes until the engine ends the connection. */
    void drain() throws IOException {
        do {
            from = to;
        } while (receive());
    }
}
