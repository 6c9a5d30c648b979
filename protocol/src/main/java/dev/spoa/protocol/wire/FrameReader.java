package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames out of what one connection receives. A frame that is whole in the receive buffer is handed on in place;
 * only one that is cut is collected, in one buffer, so that each of its bytes is copied once. A length is checked as
 * soon as its four bytes are there and before anything is allocated for it. For one thread, the connection's.
 */
public final class FrameReader {
    /** Takes a frame: the buffer's readable bytes, without LENGTH. It need not read them all, and must not release. */
    public interface Sink {
        /**
         * Takes a frame.
         *
         * @param frame the frame; its indices are set anew behind it
         * @return whether reading goes on behind this frame; if not, the rest is dropped
         */
        boolean frame(ByteBuf frame);

        /**
         * Tells whether one more frame may come now; if not, the rest is kept until {@link #resume()}.
         *
         * @return whether it may
         */
        default boolean isReady() {
            return true;
        }
    }

    /** A cut frame gets its whole room at once up to this size, or if a fair part of it is there already. */
    private static final int PREALLOCATE = 16 * 1_024;
    private static final int FAIR_PART = 4;

    private final ByteBufAllocator allocator;
    private final Sink sink;
    private int maxLength;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf kept;

    /**
     * Creates the reader of one connection.
     *
     * @param allocator where the room for cut frames comes from
     * @param maxLength the largest LENGTH that is accepted
     * @param sink what frames are handed to
     */
    public FrameReader(ByteBufAllocator allocator, int maxLength, Sink sink) {
        this.allocator = allocator;
        this.maxLength = maxLength;
        this.sink = sink;
    }

    /**
     * Sets the largest LENGTH that is accepted from the next frame on.
     *
     * @param maxLength the limit
     */
    public void maxLength(int maxLength) {
        this.maxLength = maxLength;
    }

    /**
     * The largest LENGTH that is accepted.
     *
     * @return the limit
     */
    public int maxLength() {
        return maxLength;
    }

    /**
     * Takes received bytes; the caller releases the buffer.
     *
     * @param in what was received
     * @throws ProtocolException for a LENGTH out of range, and whatever the sink throws
     */
    public void read(ByteBuf in) {
        if (!readHeld(in)) {
            return;
        }
        while (in.readableBytes() >= FrameHeader.LENGTH_SIZE) {
            int start = in.readerIndex() + FrameHeader.LENGTH_SIZE;
            int length = checkedLength(in.getInt(in.readerIndex()));
            if (in.writerIndex() - start < length) {
                break;
            }
            if (!sink.isReady()) {
                kept = allocator.buffer(in.readableBytes()).writeBytes(in);
                return;
            }
            int received = in.writerIndex();
            in.setIndex(start, start + length);
            boolean more = sink.frame(in);
            in.setIndex(start + length, received);
            if (!more) {
                return;
            }
        }
        if (in.isReadable()) {
            ByteBuf begun = allocator.buffer(roomFor(in));
            partial = begun;
            begun.writeBytes(in);
        }
    }

    /**
     * Takes received bytes as far as they belong to what came before: to a frame that is cut, which is handed on if it is whole
     * then, or all of them to what waits for {@link #resume()}.
     *
     * @param in what was received
     * @return whether the next byte begins a frame that is to be read
     * @throws ProtocolException as {@link #read}
     */
    public boolean readHeld(ByteBuf in) {
        if (kept != null) {
            kept.writeBytes(in);
            return false;
        }
        return partial == null || complete(partial, in);
    }

    /** Goes on with what was kept, like {@link #read}. */
    public void resume() {
        ByteBuf in = kept;
        if (in != null) {
            kept = null;
            try {
                read(in);
            } finally {
                in.release();
            }
        }
    }

    private static int roomFor(ByteBuf in) {
        boolean isLengthKnown = in.readableBytes() >= FrameHeader.LENGTH_SIZE;
        return isLengthKnown
                ? room(in.readableBytes(), FrameHeader.LENGTH_SIZE + in.getInt(in.readerIndex()))
                : FrameHeader.LENGTH_SIZE;
    }

    /** How much of a frame to make room for, so that a peer cannot make us allocate much by sending little. */
    private static int room(int there, int whole) {
        return Math.max(there, Math.min(whole, Math.max(PREALLOCATE, FAIR_PART * there)));
    }

    /**
     * Whether something that was received waits for {@link #resume()}.
     *
     * @return whether there is
     */
    public boolean hasKept() {
        return kept != null;
    }

    /**
     * How much memory holds what was received and not handed on: a cut frame, or what waits for {@link #resume()}.
     *
     * @return the capacity of its buffers, in bytes; 0 if there is nothing
     */
    public int held() {
        return (partial == null ? 0 : partial.capacity()) + (kept == null ? 0 : kept.capacity());
    }

    /** Moves bytes to a cut frame, and hands it on when it is whole. Returns whether reading goes on behind it. */
    private boolean complete(ByteBuf begun, ByteBuf in) {
        int missing = FrameHeader.LENGTH_SIZE - begun.readableBytes();
        if (missing > 0) {
            begun.writeBytes(in, Math.min(missing, in.readableBytes()));
            if (begun.readableBytes() < FrameHeader.LENGTH_SIZE) {
                return false;
            }
        }
        int whole = FrameHeader.LENGTH_SIZE + checkedLength(begun.getInt(0));
        int more = Math.min(whole - begun.readableBytes(), in.readableBytes());
        begun.ensureWritable(room(begun.readableBytes() + more, whole) - begun.readableBytes());
        begun.writeBytes(in, more);
        if (begun.readableBytes() < whole) {
            return false;
        }
        partial = null;
        try {
            return sink.frame(begun.readerIndex(FrameHeader.LENGTH_SIZE));
        } finally {
            begun.release();
        }
    }

    private int checkedLength(int length) {
        if (Integer.compareUnsigned(length, maxLength) > 0) {
            throw new ProtocolException(StatusCode.FRAME_TOO_BIG, 0, "frame length "
                    + Integer.toUnsignedString(length) + " exceeds max-frame-size " + maxLength);
        }
        if (length < FrameHeader.MIN_LENGTH) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "frame length " + length + " is below "
                    + FrameHeader.MIN_LENGTH + ", the least there is");
        }
        return length;
    }

    /** Drops what was not handed on. */
    public void close() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }
}
