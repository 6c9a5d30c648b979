package dev.spoa.agent;

import dev.spoa.protocol.wire.Varint;
import java.util.Arrays;

/**
 * What is to be sent, encoded into an array that grows with it: an array is what the JIT compiler writes to as fast as C
 * does, which cannot be said of a buffer that may be of any kind. For one thread at a time.
 */
final class OutgoingBytes {
    private static final int SMALLEST = 32;
    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private int length;

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    /** Sets the length, to take back what came after it, or to count in what was written to the array. */
    void length(int length) {
        this.length = length;
    }

    /** Empties it, and gives up an array that had to be longer than so many bytes. */
    void clear(int longest) {
        length = 0;
        if (array.length > longest) {
            array = NONE;
        }
    }

    /** Makes room for so many bytes more. Whatever is written next has to be preceded by this. */
    void ensure(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(SMALLEST, Math.max(length + more, 2 * length)));
        }
    }

    void putByte(int value) {
        array[length++] = (byte) value;
    }

    void putVarint(long value) {
        length = Varint.write(array, length, value);
    }

    void putBytes(byte[] bytes, int from, int number) {
        System.arraycopy(bytes, from, array, length, number);
        length += number;
    }

    /** The bytes of a STRING or BINARY, and their number before them. */
    void putString(byte[] bytes) {
        putVarint(bytes.length);
        putBytes(bytes, 0, bytes.length);
    }

    void putInt(int value) {
        putByte(value >>> 24);
        putByte(value >>> 16);
        putByte(value >>> 8);
        putByte(value);
    }

    void putLong(long value) {
        putInt((int) (value >>> 32));
        putInt((int) value);
    }
}
