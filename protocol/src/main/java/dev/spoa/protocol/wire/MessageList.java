package dev.spoa.protocol.wire;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * LIST-OF-MESSAGES (section 1.4), the payload of NOTIFY: messages up to its end, each a name, one byte with the number
 * of arguments, and that many pairs of a name and typed data. It may be empty, and so may an argument's name.
 */
public final class MessageList {
    /** The most arguments that one message can have. */
    public static final int MAX_ARGUMENTS = 255;

    private static final int STRING = ValueType.STRING.code();
    private static final int IPV4 = ValueType.IPV4.code();
    private static final int UNUSUAL = -1;

    private MessageList() {}

    /**
     * Reads the number of arguments that follows a message's name.
     *
     * @param in what to read from
     * @return 0 to 255
     * @throws ProtocolException if the message ends after its name
     */
    public static int readArgumentCount(ByteBuf in) {
        if (!in.isReadable()) {
            throw withoutCount(in.readerIndex());
        }
        return in.readUnsignedByte();
    }

    /**
     * Reads the number of arguments that follows a message's name in a part of an array.
     *
     * @param in the array
     * @param index where it is
     * @param end where the part ends
     * @return 0 to 255
     * @throws ProtocolException if the message ends after its name
     */
    public static int readArgumentCount(byte[] in, int index, int end) {
        if (index >= end) {
            throw withoutCount(index);
        }
        return in[index] & 0xFF;
    }

    private static ProtocolException withoutCount(int index) {
        return new ProtocolException(StatusCode.INVALID_FRAME, index,
                "a message that ends after its name, before the number of its arguments");
    }

    /**
     * Passes over arguments and checks their form.
     *
     * @param in what to read from
     * @param count how many
     * @throws ProtocolException if there are fewer, or one is malformed
     */
    public static void skipArguments(ByteBuf in, int count) {
        for (int i = 0; i < count; i++) {
            WireString.skip(in);
            TypedData.skip(in);
        }
    }

    /**
     * Passes over an argument in a part of an array and checks its form.
     *
     * @param in the array
     * @param index where its name begins
     * @param end where the part ends
     * @return the index after the argument
     * @throws ProtocolException if it is cut, or of a reserved type
     */
    public static int skipArgument(byte[] in, int index, int end) {
        int next = skipUsual(in, index, end);
        if (next != UNUSUAL && next <= end) {
            return next;
        }
        int nameLength = WireString.readLength(in, index, end);
        return TypedData.skip(in, index + Varint.size(nameLength) + nameLength, end);
    }

    /** Texts and IPv4 addresses are what most arguments are: of those the end is found with a few comparisons. */
    private static int skipUsual(byte[] in, int index, int end) {
        if (index >= end) {
            return UNUSUAL;
        }
        int nameLength = in[index] & 0xFF;
        int type = index + 1 + nameLength;
        if (nameLength >= Varint.ONE_BYTE_LIMIT || end - type < 3) {
            return UNUSUAL;
        }
        int code = TypedData.codeAt(in, type);
        if (code == STRING) {
            int length = in[type + 1] & 0xFF;
            if (length < Varint.ONE_BYTE_LIMIT) {
                return type + 2 + length;
            }
            int second = in[type + 2];
            return second < 0 ? UNUSUAL : type + 3 + length + (second << 4);
        }
        return code == IPV4 ? type + 1 + Integer.BYTES : UNUSUAL;
    }

    /**
     * Reads arguments.
     *
     * @param in what to read from
     * @param count how many
     * @return the arguments in their order, duplicates kept
     * @throws ProtocolException if there are fewer, or one is malformed
     */
    public static List<Argument> readArguments(ByteBuf in, int count) {
        List<Argument> arguments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = WireString.read(in);
            arguments.add(new Argument(name, TypedData.read(in)));
        }
        return arguments;
    }

    /**
     * Appends a message.
     *
     * @param out where to
     * @param name its name
     * @param arguments its arguments, 255 at most
     * @throws IllegalArgumentException if there are more
     */
    public static void write(ByteBuf out, String name, List<Argument> arguments) {
        if (arguments.size() > MAX_ARGUMENTS) {
            throw new IllegalArgumentException("a message has at most " + MAX_ARGUMENTS + " arguments, not "
                    + arguments.size());
        }
        WireString.write(out, name);
        out.writeByte(arguments.size());
        for (Argument argument : arguments) {
            WireString.write(out, argument.name());
            Value value = argument.value();
            TypedData.write(out, value);
        }
    }
}
