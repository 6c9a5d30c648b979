package dev.spoa.cli;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameText;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * Cuts what one side sent into frames. Where LENGTH is wrong or bytes are missing nobody knows where the next frame
 * begins, so it looks for the next nine bytes that can be the beginning of one: a LENGTH in range, a known type, and no
 * reserved flag. What it keeps is one frame of the largest size at most, and not more than was received.
 */
final class FrameStream {
    /** What the beginning of a frame is recognised by: LENGTH, type and flags. */
    static final int RECOGNISED_BY = 9;

    private static final int KNOWN_FLAGS = FrameHeader.FIN | FrameHeader.ABORT;

    private final int maxLength;
    private final Sink sink;
    private final ByteBuf received = Unpooled.buffer();
    /** The position in the stream of the first byte in {@code received}. */
    private long position;
    private boolean isInStep;
    private long skipped;
    /** How many bytes of a frame with a hole in it are still to come. */
    private long toIgnore;

    /** Takes what was found. */
    interface Sink {
        /** A frame that begins at a byte of the stream. */
        void frame(long offset, FrameText frame);

        /** Bytes of the stream that belong to no frame, and why. */
        void skipped(long offset, long bytes, String why);
    }

    /** {@code isInStep}: whether the first byte is known to be the beginning of a frame. */
    FrameStream(int maxLength, boolean isInStep, Sink sink) {
        this.maxLength = maxLength;
        this.isInStep = isInStep;
        this.sink = sink;
    }

    /** Whether bytes can be the beginning of a frame. */
    static boolean isBeginning(ByteBuf in, int at, int maxLength) {
        long length = in.getUnsignedInt(at);
        return length >= FrameHeader.MIN_LENGTH && length <= maxLength
                && FrameType.ofCode(in.getUnsignedByte(at + 4)).isPresent() && (in.getInt(at + 5) & ~KNOWN_FLAGS) == 0;
    }

    /** How many bytes are kept of a frame that is not whole yet. */
    int held() {
        return received.readableBytes();
    }

    void data(ByteBuffer data) {
        int ignored = (int) Math.min(toIgnore, data.remaining());
        data.position(data.position() + ignored);
        toIgnore -= ignored;
        position += ignored;
        received.writeBytes(data);
        boolean more = true;
        while (more) {
            more = isInStep ? cut() : search();
        }
        received.discardReadBytes();
    }

    /** Takes the next frame; false where there is none yet. */
    private boolean cut() {
        if (received.readableBytes() < FrameHeader.LENGTH_SIZE) {
            return false;
        }
        long length = received.getUnsignedInt(received.readerIndex());
        if (length < FrameHeader.MIN_LENGTH || length > maxLength) {
            if (length > maxLength && received.readableBytes() < RECOGNISED_BY) {
                return false;
            }
            lose(length);
            return true;
        }
        int size = FrameHeader.LENGTH_SIZE + (int) length;
        if (received.readableBytes() < size) {
            return false;
        }
        sink.frame(position, FrameText.of(received.slice(received.readerIndex(), size)));
        skip(size);
        return true;
    }

    /** A LENGTH out of range: shows what is there of the frame and looks for another one behind LENGTH. */
    private void lose(long length) {
        int shown = length > maxLength ? RECOGNISED_BY : FrameHeader.LENGTH_SIZE;
        FrameText text = FrameText.of(received.slice(received.readerIndex(), shown));
        sink.frame(position, length > maxLength ? Faults.tooLong(text, maxLength) : text);
        skip(FrameHeader.LENGTH_SIZE);
        isInStep = false;
    }

    /** Looks for the beginning of a frame; false where there is none yet. */
    private boolean search() {
        while (received.readableBytes() >= RECOGNISED_BY) {
            if (isBeginning(received, received.readerIndex(), maxLength)) {
                tellSkipped();
                isInStep = true;
                return true;
            }
            skip(1);
            skipped++;
        }
        return false;
    }

    /** Bytes are missing here. */
    void gap(long bytes) {
        int there = received.readableBytes();
        long missing = there < FrameHeader.LENGTH_SIZE ? 0
                : FrameHeader.LENGTH_SIZE + received.getUnsignedInt(received.readerIndex()) - there;
        if (isInStep && toIgnore >= bytes) {
            toIgnore -= bytes;
        } else if (isInStep && missing >= bytes) {
            sink.skipped(position, there, "a frame with missing bytes in it");
            skip(there);
            toIgnore = missing - bytes;
        } else {
            if (there > 0) {
                skipped += there;
                skip(there);
            }
            tellSkipped();
            toIgnore = 0;
            isInStep = false;
        }
        position += bytes;
        received.discardReadBytes();
    }

    /** There are no more bytes. */
    void end() {
        int there = received.readableBytes();
        if (isInStep && there > 0) {
            sink.frame(position, FrameText.of(received.slice()));
            skip(there);
        } else {
            skipped += there;
            skip(there);
            tellSkipped();
        }
    }

    private void tellSkipped() {
        if (skipped > 0) {
            sink.skipped(position - skipped, skipped, "nothing in them looks like the beginning of a frame");
            skipped = 0;
        }
    }

    private void skip(int bytes) {
        received.skipBytes(bytes);
        position += bytes;
    }
}
