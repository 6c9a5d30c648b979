package dev.spoa.conformance.proxy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds the frames in one direction of a connection. What is no frame comes out as it went in. */
final class FrameCutter {
    private static final int LENGTH_SIZE = 4;
    private static final int MOST = 4 << 20;

    private byte[] held = {};
    private boolean isGarbled;

    /** Takes bytes, and returns the frames that are whole by now, LENGTH included. */
    List<byte[]> cut(byte[] bytes) {
        held = join(held, bytes);
        List<byte[]> frames = new ArrayList<>();
        while (!isGarbled && held.length >= LENGTH_SIZE) {
            int length = ByteBuffer.wrap(held).getInt();
            isGarbled = length < 0 || length > MOST;
            if (isGarbled || held.length - LENGTH_SIZE < length) {
                break;
            }
            frames.add(Arrays.copyOf(held, LENGTH_SIZE + length));
            held = Arrays.copyOfRange(held, LENGTH_SIZE + length, held.length);
        }
        return frames;
    }

    /** Takes out what is not, or not yet, a frame: all of it when the bytes are no frames, or at the end. */
    byte[] rest(boolean isEnd) {
        if (!isGarbled && !isEnd) {
            return new byte[0];
        }
        byte[] rest = held;
        held = new byte[0];
        return rest;
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
