package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What stands before a frame's payload (section 1.1). LENGTH, the four bytes before it, counts everything after itself.
 *
 * @param type the type's byte, which need not be one that {@link FrameType} knows
 * @param flags 32 flags, of which {@link #FIN} and {@link #ABORT} are defined
 * @param streamId an opaque unsigned integer of the engine; 0 is a legal one in NOTIFY and ACK
 * @param frameId an opaque unsigned integer of the engine
 */
public record FrameHeader(int type, int flags, long streamId, long frameId) {
    /** The size of LENGTH. */
    public static final int LENGTH_SIZE = 4;
    /** Where the stream-id begins, behind type and flags, without LENGTH. */
    public static final int IDS_INDEX = 5;
    /** The smallest LENGTH: type, flags, two ids of one byte, no payload. */
    public static final int MIN_LENGTH = 7;
    /** The smallest {@code max-frame-size} that may be agreed on, as both of HAProxy's engines check it (section 2.3). */
    public static final int MIN_MAX_FRAME_SIZE = 256;
    /** The flag of the last fragment of a frame, or of its only one. */
    public static final int FIN = 1;
    /** The flag of a fragmented frame that is given up. */
    public static final int ABORT = 2;
    /** The most that a header can take, with LENGTH. */
    public static final int MAX_SIZE = LENGTH_SIZE + IDS_INDEX + 2 * Varint.MAX_SIZE;

    /** Without the last byte of its flags. */
    private static final long ACK_HEAD = (long) FrameType.ACK.code() << (3 * Byte.SIZE);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /**
     * Reads a header and leaves the reader index at the payload.
     *
     * @param in a frame without its four length bytes, of {@link #MIN_LENGTH} bytes or more
     * @return the header
     * @throws ProtocolException if the ids are cut by the end of the frame
     */
    public static FrameHeader read(ByteBuf in) {
        if (in.readableBytes() < MIN_LENGTH) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, in.readerIndex(), "a frame of "
                    + in.readableBytes() + " bytes where " + MIN_LENGTH + " is the least");
        }
        return new FrameHeader(in.readUnsignedByte(), in.readInt(), Varint.read(in), Varint.read(in));
    }

    /**
     * Begins a frame: room for LENGTH, then the header. Append the payload and call {@link #end}.
     *
     * @param out where to
     * @param type the frame's type
     * @param flags its flags
     * @param streamId its stream-id
     * @param frameId its frame-id
     * @return where the frame begins, for {@link #end}
     */
    public static int begin(ByteBuf out, FrameType type, int flags, long streamId, long frameId) {
        int start = out.writerIndex();
        out.writeInt(0).writeByte(type.code()).writeInt(flags);
        Varint.write(out, streamId);
        Varint.write(out, frameId);
        return start;
    }

    /**
     * Ends a frame: writes its LENGTH.
     *
     * @param out the buffer that holds it, up to the writer index
     * @param start where it begins
     */
    public static void end(ByteBuf out, int start) {
        out.setInt(start, out.writerIndex() - start - LENGTH_SIZE);
    }

    /**
     * Begins a frame in an array, like {@link #begin(ByteBuf, FrameType, int, long, long)}.
     *
     * @param out an array with room for {@link #MAX_SIZE} bytes
     * @param start where the frame begins
     * @param type the frame's type
     * @param flags its flags
     * @param streamId its stream-id
     * @param frameId its frame-id
     * @return where its payload begins
     */
    public static int begin(byte[] out, int start, FrameType type, int flags, long streamId, long frameId) {
        out[start + LENGTH_SIZE] = (byte) type.code();
        INT.set(out, start + LENGTH_SIZE + 1, flags);
        return Varint.write(out, Varint.write(out, start + LENGTH_SIZE + IDS_INDEX, streamId), frameId);
    }

    /**
     * Begins the ACK of a NOTIFY, in one piece, in an array.
     *
     * @param out an array with room for {@link #MAX_SIZE} bytes
     * @param start where the frame begins
     * @param in an array with the NOTIFY's stream-id and frame-id, which are copied
     * @param ids where they begin
     * @param idsEnd where they end
     * @return where the payload begins
     */
    public static int beginAck(byte[] out, int start, byte[] in, int ids, int idsEnd) {
        LONG.set(out, start, ACK_HEAD);
        out[start + Long.BYTES] = FIN;
        int at = start + LENGTH_SIZE + IDS_INDEX;
        int size = idsEnd - ids;
        if (size <= Long.BYTES && ids + Long.BYTES <= in.length) {
            LONG.set(out, at, (long) LONG.get(in, ids)); // what is too much is written over
        } else {
            System.arraycopy(in, ids, out, at, size);
        }
        return at + size;
    }

    /**
     * Ends a frame in an array: writes its LENGTH.
     *
     * @param out the array that holds it
     * @param start where it begins
     * @param end where it ends
     */
    public static void end(byte[] out, int start, int end) {
        INT.set(out, start, end - start - LENGTH_SIZE);
    }

    /**
     * The LENGTH of a frame in an array.
     *
     * @param in the array
     * @param start where the frame begins
     * @return how many bytes come after LENGTH
     */
    public static int length(byte[] in, int start) {
        return (int) INT.get(in, start);
    }

    /**
     * The size of a header without LENGTH.
     *
     * @param streamId its stream-id
     * @param frameId its frame-id
     * @return what of LENGTH is not payload
     */
    public static int size(long streamId, long frameId) {
        return IDS_INDEX + Varint.size(streamId) + Varint.size(frameId);
    }

    /**
     * Whether the frame is whole, or its last fragment.
     *
     * @return whether FIN is set
     */
    public boolean isFin() {
        return (flags & FIN) != 0;
    }

    /**
     * Whether the engine gives the fragmented frame up.
     *
     * @return whether ABORT is set
     */
    public boolean isAbort() {
        return (flags & ABORT) != 0;
    }
}
