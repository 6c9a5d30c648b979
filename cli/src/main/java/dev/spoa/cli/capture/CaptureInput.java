package dev.spoa.cli.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A file that is read from the front, with the position for messages and the byte order of its numbers. */
final class CaptureInput {
    private final InputStream in;
    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    private long position;

    CaptureInput(InputStream in) {
        this.in = in;
    }

    long position() {
        return position;
    }

    void order(ByteOrder order) {
        this.order = order;
    }

    ByteOrder order() {
        return order;
    }

    /** Reads a part that may be missing: null at the end of the file. */
    @Nullable
    ByteBuffer readOrEnd(int size, String what) throws IOException {
        long start = position;
        byte[] bytes = in.readNBytes(size);
        position += bytes.length;
        if (bytes.length == 0 && size > 0) {
            return null;
        }
        if (bytes.length < size) {
            throw new CaptureException(start, what + " of " + size + " bytes expected, but the file ends after "
                    + bytes.length + " of them");
        }
        return ByteBuffer.wrap(bytes).order(order);
    }

    ByteBuffer read(int size, String what) throws IOException {
        ByteBuffer read = readOrEnd(size, what);
        if (read == null) {
            if (size == 0) {
                return ByteBuffer.allocate(0).order(order);
            }
            throw new CaptureException(position, what + " of " + size + " bytes expected, but the file ends");
        }
        return read;
    }

    void skip(long size, String what) throws IOException {
        long start = position;
        long left = size;
        while (left > 0) {
            int bytes = in.readNBytes((int) Math.min(left, 8_192)).length;
            if (bytes == 0) {
                throw new CaptureException(start, what + " of " + size + " bytes expected, but the file ends after "
                        + (size - left) + " of them");
            }
            left -= bytes;
            position += bytes;
        }
    }
}
