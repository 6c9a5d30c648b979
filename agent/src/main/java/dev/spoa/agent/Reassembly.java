package dev.spoa.agent;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of a NOTIFY together (section 3.4): a NOTIFY without FIN, then UNSET frames with the same ids, the
 * last of them with FIN, or with ABORT when the engine gives up. There is at most one such NOTIFY on a connection,
 * because the fragments of two must not be mixed.
 */
final class Reassembly {
    private final ByteBufAllocator allocator;
    private final int maxSize;
    private long streamId;
    private long frameId;
    private @Nullable ByteBuf collected;

    Reassembly(ByteBufAllocator allocator, int maxSize) {
        this.allocator = allocator;
        this.maxSize = maxSize;
    }

    /** Refuses a NOTIFY that comes between the fragments of another one. */
    void checkClosed(ByteBuf in) {
        if (collected != null) {
            throw new ProtocolException(StatusCode.INTERLACED_FRAMES, in.readerIndex(),
                    "a NOTIFY while fragments of stream " + Long.toUnsignedString(streamId) + ", frame "
                            + Long.toUnsignedString(frameId) + " are open");
        }
    }

    /** Takes the first fragment. */
    void begin(FrameHeader header, ByteBuf in) {
        if (maxSize == 0) {
            throw new ProtocolException(StatusCode.FRAGMENTATION_NOT_SUPPORTED, in.readerIndex(),
                    "a NOTIFY without FIN, but fragmentation was not announced");
        }
        streamId = header.streamId();
        frameId = header.frameId();
        checkSize(0, in);
        ByteBuf open = allocator.buffer((int) Math.min(maxSize, 2L * in.readableBytes()));
        collected = open;
        open.writeBytes(in);
    }

    /** Whether more fragments are to come. */
    boolean isOpen() {
        return collected != null;
    }

    /** How much memory holds fragments, in bytes. */
    int held() {
        return collected == null ? 0 : collected.capacity();
    }

    /**
     * Takes a further fragment.
     *
     * @return the whole payload, which the caller has to release, or null while there is none
     */
    @Nullable
    ByteBuf add(FrameHeader header, ByteBuf in) {
        ByteBuf open = collected;
        if (open == null) {
            throw new ProtocolException(StatusCode.FRAME_ID_NOT_FOUND, in.readerIndex(),
                    "a fragment, but no fragmented NOTIFY is open");
        }
        if (header.streamId() != streamId || header.frameId() != frameId) {
            throw new ProtocolException(StatusCode.INTERLACED_FRAMES, in.readerIndex(), "a fragment of stream "
                    + Long.toUnsignedString(header.streamId()) + ", frame "
                    + Long.toUnsignedString(header.frameId()) + " while one of stream "
                    + Long.toUnsignedString(streamId) + ", frame " + Long.toUnsignedString(frameId) + " is open");
        }
        if (header.isAbort()) {
            close();
            return null;
        }
        checkSize(open.readableBytes(), in);
        open.writeBytes(in);
        if (!header.isFin()) {
            return null;
        }
        collected = null;
        return open;
    }

    private void checkSize(int before, ByteBuf in) {
        if (in.readableBytes() > maxSize - before) {
            throw new ProtocolException(StatusCode.FRAME_TOO_BIG, in.readerIndex(), "fragments of "
                    + ((long) before + in.readableBytes()) + " bytes or more, at most " + maxSize
                    + " are put together");
        }
    }

    /** Drops what was collected. */
    void close() {
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }
}
