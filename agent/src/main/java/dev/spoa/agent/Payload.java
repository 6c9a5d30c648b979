package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The payload of a NOTIFY: a part of an array. */
final class Payload {
    /** So much of an array has to be payload for a handler to hold on to all of it. */
    private static final int FAIR_PART = 2;

    private final byte[] bytes;
    private final int start;
    private final int end;

    Payload(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /**
     * What is readable in a buffer, in an array that is not used for anything else. Copied unless it is in one already.
     *
     * @param arrays an allocator the buffers of which are such arrays
     */
    static Payload of(ByteBuf in, ByteBufAllocator arrays) {
        int size = in.readableBytes();
        if (arrays.equals(in.alloc()) && in.hasArray() && in.array().length <= FAIR_PART * size) {
            int start = in.arrayOffset() + in.readerIndex();
            return new Payload(in.array(), start, start + size);
        }
        byte[] own = new byte[size];
        in.getBytes(in.readerIndex(), own);
        return new Payload(own, 0, size);
    }
}
