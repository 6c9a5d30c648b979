package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;

/**
 * SPOP's variable-length integer (section 1.2), HAProxy's "peers" encoding and not LEB128.
 *
 * <p>
 * A byte below 240 is the value itself. Otherwise further bytes follow up to the first one below 128, and every byte is
 * added whole, its top bit included, shifted by 4, 11, 18 and so on; the encoder subtracts 240 and 128 to make up for
 * it. So each value has exactly one encoding, of at most ten bytes, and its size follows from the value. All integers
 * are unsigned; a negative {@code long} stands for a value of 2^63 or more.
 */
public final class Varint {
    /** The size of the largest value. */
    public static final int MAX_SIZE = 10;

    /** What is smaller takes one byte. */
    static final int ONE_BYTE_LIMIT = 240;
    /** The smallest values that take so many. */
    private static final int THREE_BYTES = ONE_BYTE_LIMIT + (128 << 4);
    private static final int FOUR_BYTES = THREE_BYTES + (128 << 11);
    private static final int FIVE_BYTES = FOUR_BYTES + (128 << 18);
    private static final int LAST_SHIFT = 60;

    private Varint() {}

    /**
     * How many bytes a value takes.
     *
     * @param value an unsigned 64-bit integer
     * @return 1 to 10
     */
    public static int size(long value) {
        if (Long.compareUnsigned(value, ONE_BYTE_LIMIT) < 0) {
            return 1;
        }
        if (value >= 0 && value < FIVE_BYTES) {
            return value < THREE_BYTES ? 2 : value < FOUR_BYTES ? 3 : 4;
        }
        int size = 2;
        for (long rest = (value - ONE_BYTE_LIMIT) >>> 4; rest >= 128; rest = (rest - 128) >>> 7) {
            size++;
        }
        return size;
    }

    /**
     * Appends a value.
     *
     * @param out where to
     * @param value an unsigned 64-bit integer
     */
    public static void write(ByteBuf out, long value) {
        if (Long.compareUnsigned(value, ONE_BYTE_LIMIT) < 0) {
            out.writeByte((int) value);
            return;
        }
        out.writeByte((int) value | 0xF0);
        long rest = (value - ONE_BYTE_LIMIT) >>> 4;
        while (rest >= 128) {
            out.writeByte((int) rest | 0x80);
            rest = (rest - 128) >>> 7;
        }
        out.writeByte((int) rest);
    }

    /**
     * Reads a value.
     *
     * @param in what to read from
     * @return an unsigned 64-bit integer
     * @throws ProtocolException if the readable bytes end before the value does, or it is above 2^64-1, which every
     *         encoding of more than ten bytes is
     */
    public static long read(ByteBuf in) {
        int start = in.readerIndex();
        if (!in.isReadable()) {
            throw cut(start);
        }
        long value = in.readUnsignedByte();
        if (value < ONE_BYTE_LIMIT) {
            return value;
        }
        int shift = 4;
        int next;
        do {
            if (!in.isReadable()) {
                throw cut(start);
            }
            next = in.readUnsignedByte();
            long sum = value + ((long) next << shift);
            if (shift == LAST_SHIFT && (next > 0x0F || Long.compareUnsigned(sum, value) < 0)) {
                throw aboveAll(start);
            }
            value = sum;
            shift += 7;
        } while (next >= 128);
        return value;
    }

    /**
     * Looks at a value that was read before, without moving the reader index.
     *
     * @param in a buffer that is known to hold a whole value at the index
     * @param index where it begins
     * @return the value
     */
    public static long get(ByteBuf in, int index) {
        long value = in.getUnsignedByte(index);
        if (value < ONE_BYTE_LIMIT) {
            return value;
        }
        int at = index;
        int shift = 4;
        int next;
        do {
            next = in.getUnsignedByte(++at);
            value += (long) next << shift;
            shift += 7;
        } while (next >= 128);
        return value;
    }

    /**
     * Writes a value to an array.
     *
     * @param out an array with room for it
     * @param index where to
     * @param value an unsigned 64-bit integer
     * @return the index after it
     */
    public static int write(byte[] out, int index, long value) {
        int at = index;
        if (Long.compareUnsigned(value, ONE_BYTE_LIMIT) < 0) {
            out[at++] = (byte) value;
            return at;
        }
        out[at++] = (byte) (value | 0xF0);
        long rest = (value - ONE_BYTE_LIMIT) >>> 4;
        while (rest >= 128) {
            out[at++] = (byte) (rest | 0x80);
            rest = (rest - 128) >>> 7;
        }
        out[at++] = (byte) rest;
        return at;
    }

    /**
     * Reads a value from a part of an array; {@link #size} of it tells where it ends.
     *
     * @param in the array
     * @param index where the value begins
     * @param end where the part ends
     * @return an unsigned 64-bit integer
     * @throws ProtocolException as {@link #read(ByteBuf)} does, with an index of the array
     */
    public static long read(byte[] in, int index, int end) {
        if (index < end) {
            int first = in[index] & 0xFF;
            if (first < ONE_BYTE_LIMIT) {
                return first;
            }
        }
        return readLong(in, index, end);
    }

    /** Apart, so that the value of one byte, which most are, is read where it is needed. */
    private static long readLong(byte[] in, int index, int end) {
        if (index >= end) {
            throw cut(index);
        }
        long value = in[index] & 0xFF;
        int at = index;
        int shift = 4;
        int next;
        do {
            if (++at >= end) {
                throw cut(index);
            }
            next = in[at] & 0xFF;
            long sum = value + ((long) next << shift);
            if (shift == LAST_SHIFT && (next > 0x0F || Long.compareUnsigned(sum, value) < 0)) {
                throw aboveAll(index);
            }
            value = sum;
            shift += 7;
        } while (next >= 128);
        return value;
    }

    /**
     * Looks at a value in an array that was read before.
     *
     * @param in an array that is known to hold a whole value at the index
     * @param index where it begins
     * @return the value
     */
    public static long get(byte[] in, int index) {
        int first = in[index] & 0xFF;
        return first < ONE_BYTE_LIMIT ? first : getLong(in, index);
    }

    private static long getLong(byte[] in, int index) {
        long value = in[index] & 0xFF;
        int at = index;
        int shift = 4;
        int next;
        do {
            next = in[++at] & 0xFF;
            value += (long) next << shift;
            shift += 7;
        } while (next >= 128);
        return value;
    }

    private static ProtocolException aboveAll(int start) {
        return new ProtocolException(StatusCode.INVALID_FRAME, start, "varint above 2^64-1");
    }

    private static ProtocolException cut(int start) {
        return new ProtocolException(StatusCode.INVALID_FRAME, start, "varint cut by the end of the frame");
    }
}
