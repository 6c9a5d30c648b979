package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** STRING (section 1.3): a varint with the length, then that many bytes. Names, keys, text and binary data are ones. */
public final class WireString {
    private WireString() {}

    /**
     * Reads a length and leaves the reader index at the first byte that it announces.
     *
     * @param in what to read from
     * @return the length, never more than the readable bytes
     * @throws ProtocolException if fewer bytes follow than the length says
     */
    public static int readLength(ByteBuf in) {
        int start = in.readerIndex();
        long length = Varint.read(in);
        if (Long.compareUnsigned(length, in.readableBytes()) > 0) {
            throw tooLong(length, start, in.readableBytes());
        }
        return (int) length;
    }

    /**
     * Reads a length in a part of an array; {@link Varint#size} of it tells where the bytes begin that it announces.
     *
     * @param in the array
     * @param index where the length begins
     * @param end where the part ends
     * @return the length; so many bytes follow before the end
     * @throws ProtocolException if fewer bytes follow than the length says
     */
    public static int readLength(byte[] in, int index, int end) {
        if (index < end) {
            int length = in[index] & 0xFF;
            if (length < Varint.ONE_BYTE_LIMIT && length < end - index) {
                return length;
            }
        }
        return readLongLength(in, index, end);
    }

    /** Apart, like the longer values of {@link Varint}. */
    private static int readLongLength(byte[] in, int index, int end) {
        long length = Varint.read(in, index, end);
        int left = end - index - Varint.size(length);
        if (Long.compareUnsigned(length, left) > 0) {
            throw tooLong(length, index, left);
        }
        return (int) length;
    }

    private static ProtocolException tooLong(long length, int index, int left) {
        return new ProtocolException(StatusCode.INVALID_FRAME, index, "a length of " + Long.toUnsignedString(length)
                + " where " + left + " bytes are left in the frame");
    }

    /**
     * Reads the bytes.
     *
     * @param in what to read from
     * @return the bytes after the length
     * @throws ProtocolException if fewer bytes follow than the length says
     */
    public static byte[] readBytes(ByteBuf in) {
        byte[] bytes = new byte[readLength(in)];
        in.readBytes(bytes);
        return bytes;
    }

    /**
     * Reads the bytes as UTF-8, malformed sequences replaced.
     *
     * @param in what to read from
     * @return the text
     * @throws ProtocolException if fewer bytes follow than the length says
     */
    public static String read(ByteBuf in) {
        return in.readString(readLength(in), StandardCharsets.UTF_8);
    }

    /**
     * Passes over length and bytes.
     *
     * @param in what to read from
     * @throws ProtocolException if fewer bytes follow than the length says
     */
    public static void skip(ByteBuf in) {
        in.skipBytes(readLength(in));
    }

    /**
     * Appends a text as UTF-8.
     *
     * @param out where to
     * @param text the text
     */
    public static void write(ByteBuf out, String text) {
        Varint.write(out, ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(out, text);
    }

    /**
     * Appends bytes.
     *
     * @param out where to
     * @param bytes the bytes
     */
    public static void write(ByteBuf out, byte[] bytes) {
        Varint.write(out, bytes.length);
        out.writeBytes(bytes);
    }

    /**
     * The size of a string of some length.
     *
     * @param length how many bytes it has
     * @return that and the size of the length before it
     */
    public static int size(int length) {
        return Varint.size(length) + length;
    }
}
