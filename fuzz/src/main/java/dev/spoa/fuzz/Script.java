package dev.spoa.fuzz;

import java.util.Arrays;

/** Reads an input as what to do, one byte after the other; behind its end come zeros. */
public final class Script {
    private final byte[] input;
    private int at;

    /**
     * Begins at the first byte.
     *
     * @param input the input
     */
    public Script(byte[] input) {
        this.input = input;
    }

    /**
     * Whether there is more.
     *
     * @return whether there is
     */
    public boolean hasNext() {
        return at < input.length;
    }

    /**
     * Takes a byte.
     *
     * @return it, 0 to 255; 0 behind the end
     */
    public int next() {
        return at < input.length ? input[at++] & 0xFF : 0;
    }

    /**
     * Takes bytes.
     *
     * @param count how many
     * @return that many, or what there is
     */
    public byte[] take(int count) {
        int end = Math.min(input.length, at + count);
        byte[] bytes = Arrays.copyOfRange(input, at, end);
        at = end;
        return bytes;
    }

    /**
     * Takes the rest.
     *
     * @return all bytes that are left
     */
    public byte[] rest() {
        return take(input.length - at);
    }
}
