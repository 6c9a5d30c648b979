package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * TYPED-DATA (section 1.3): one byte, its low nibble the type and its high nibble flags, then the data. Only BOOL uses
 * the flags: 1 is true and anything else false. In front of other types they are ignored.
 */
public final class TypedData {
    private static final ValueType[] TYPES = ValueType.values();
    private static final int TYPE_MASK = 0x0F;
    private static final int OF_VARINT = -1;
    private static final int OF_STRING = -2;
    private static final int UNKNOWN = -3;
    /** How many bytes the data of a type has, or what tells it. */
    private static final int[] SIZES = sizes();
    private static final int TRUE = ValueType.BOOL.code() | 0x10;

    private TypedData() {}

    /**
     * The type in a type byte.
     *
     * @param in the buffer
     * @param index where the type byte is
     * @return the type
     * @throws ProtocolException for the reserved types 10 to 15, the layout of which is unknown
     */
    public static ValueType typeAt(ByteBuf in, int index) {
        return typeOf(in.getByte(index), index);
    }

    /**
     * The type in a type byte of an array.
     *
     * @param in the array
     * @param index where the type byte is
     * @return the type
     * @throws ProtocolException for the reserved types 10 to 15, the layout of which is unknown
     */
    public static ValueType typeAt(byte[] in, int index) {
        return typeOf(in[index], index);
    }

    /**
     * The code of the type of typed data in an array, for who compares it with one of {@link ValueType#code()}.
     *
     * @param in the array
     * @param index where the typed data begins
     * @return a number from 0 to 15, of which only 0 to 9 are known
     */
    public static int codeAt(byte[] in, int index) {
        return in[index] & TYPE_MASK;
    }

    private static ValueType typeOf(byte flagsAndType, int index) {
        int code = flagsAndType & TYPE_MASK;
        if (code >= TYPES.length) {
            throw reserved(code, index);
        }
        return TYPES[code];
    }

    private static ProtocolException reserved(int code, int index) {
        return new ProtocolException(StatusCode.INVALID_FRAME, index,
                "typed data of type " + code + " where 0 to 9 are known");
    }

    /**
     * Reads a value.
     *
     * @param in what to read from
     * @return the value, with a copy of its bytes
     * @throws ProtocolException if it is cut, or of a reserved type
     */
    public static Value read(ByteBuf in) {
        int start = in.readerIndex();
        return switch (readType(in)) {
            case NULL -> Value.NULL;
            case BOOL -> Value.of(in.getUnsignedByte(start) == TRUE);
            case INT32 -> new Value.Int32(Varint.read(in));
            case UINT32 -> new Value.Uint32(Varint.read(in));
            case INT64 -> new Value.Int64(Varint.read(in));
            case UINT64 -> new Value.Uint64(Varint.read(in));
            case IPV4 -> {
                require(in, 4, "IPV4");
                yield new Value.Ipv4(in.readInt());
            }
            case IPV6 -> {
                require(in, 16, "IPV6");
                yield new Value.Ipv6(in.readLong(), in.readLong());
            }
            case STRING -> new Value.Str(WireString.readBytes(in));
            case BINARY -> new Value.Binary(WireString.readBytes(in));
        };
    }

    /**
     * Passes over a value and checks its form.
     *
     * @param in what to read from
     * @throws ProtocolException if it is cut, or of a reserved type
     */
    public static void skip(ByteBuf in) {
        switch (readType(in)) {
            case NULL, BOOL -> {
            }
            case INT32, UINT32, INT64, UINT64 -> Varint.read(in);
            case IPV4 -> {
                require(in, 4, "IPV4");
                in.skipBytes(4);
            }
            case IPV6 -> {
                require(in, 16, "IPV6");
                in.skipBytes(16);
            }
            case STRING, BINARY -> WireString.skip(in);
        }
    }

    /**
     * Appends a value.
     *
     * @param out where to
     * @param value the value
     */
    public static void write(ByteBuf out, Value value) {
        switch (value) {
            case Value.Null unused -> out.writeByte(ValueType.NULL.code());
            case Value.Bool bool -> writeBool(out, bool.value());
            case Value.Int32 integer -> writeInteger(out, ValueType.INT32, integer.value());
            case Value.Uint32 integer -> writeInteger(out, ValueType.UINT32, integer.value());
            case Value.Int64 integer -> writeInteger(out, ValueType.INT64, integer.value());
            case Value.Uint64 integer -> writeInteger(out, ValueType.UINT64, integer.value());
            case Value.Ipv4 ip -> out.writeByte(ValueType.IPV4.code()).writeInt(ip.bits());
            case Value.Ipv6 ip -> out.writeByte(ValueType.IPV6.code()).writeLong(ip.high()).writeLong(ip.low());
            case Value.Str string -> writeBytes(out, ValueType.STRING, string.bytes());
            case Value.Binary binary -> writeBytes(out, ValueType.BINARY, binary.bytes());
        }
    }

    /**
     * Appends a BOOL.
     *
     * @param out where to
     * @param value true or false
     */
    public static void writeBool(ByteBuf out, boolean value) {
        out.writeByte(codeOf(value));
    }

    /**
     * Appends an integer; a negative one as the ten bytes of its 64-bit two's complement, whatever the type.
     *
     * @param out where to
     * @param type one of the four integer types
     * @param value the integer
     */
    public static void writeInteger(ByteBuf out, ValueType type, long value) {
        out.writeByte(type.code());
        Varint.write(out, value);
    }

    /**
     * Appends a STRING or BINARY.
     *
     * @param out where to
     * @param type which of them
     * @param bytes its bytes
     */
    public static void writeBytes(ByteBuf out, ValueType type, byte[] bytes) {
        out.writeByte(type.code());
        WireString.write(out, bytes);
    }

    /**
     * Passes over a value in a part of an array and checks its form.
     *
     * @param in the array
     * @param index where its type byte is
     * @param end where the part ends
     * @return the index after the value
     * @throws ProtocolException if it is cut, or of a reserved type
     */
    public static int skip(byte[] in, int index, int end) {
        require(index, end, 1, "typed data");
        int value = index + 1;
        int size = SIZES[in[index] & TYPE_MASK];
        if (size >= 0) {
            if (size > end - value) {
                require(value, end, size, typeAt(in, index).name());
            }
            return value + size;
        }
        if (size == OF_VARINT) {
            return value + Varint.size(Varint.read(in, value, end));
        }
        if (size == OF_STRING) {
            int length = WireString.readLength(in, value, end);
            return value + Varint.size(length) + length;
        }
        throw reserved(in[index] & TYPE_MASK, index);
    }

    private static int[] sizes() {
        int[] sizes = new int[TYPE_MASK + 1];
        Arrays.fill(sizes, UNKNOWN);
        for (ValueType type : TYPES) {
            sizes[type.code()] = switch (type) {
                case NULL, BOOL -> 0;
                case INT32, UINT32, INT64, UINT64 -> OF_VARINT;
                case IPV4 -> 4;
                case IPV6 -> 16;
                case STRING, BINARY -> OF_STRING;
            };
        }
        return sizes;
    }

    /**
     * The byte that begins a BOOL, and is all of it.
     *
     * @param value true or false
     * @return type and flags
     */
    public static byte codeOf(boolean value) {
        return (byte) (value ? TRUE : ValueType.BOOL.code());
    }

    private static ValueType readType(ByteBuf in) {
        require(in, 1, "typed data");
        ValueType type = typeAt(in, in.readerIndex());
        in.skipBytes(1);
        return type;
    }

    private static void require(ByteBuf in, int bytes, String what) {
        require(in.readerIndex(), in.writerIndex(), bytes, what);
    }

    private static void require(int index, int end, int bytes, String what) {
        if (end - index < bytes) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, index, what + " of " + bytes
                    + (bytes == 1 ? " byte" : " bytes") + " or more where " + (end - index)
                    + " are left in the frame");
        }
    }
}
