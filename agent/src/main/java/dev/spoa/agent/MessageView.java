package dev.spoa.agent;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.MessageList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A message read in place. It is walked through once, which checks its form and notes where its arguments are. Several
 * threads may read it.
 */
final class MessageView implements Message {
    private static final int NOT_FOUND = -1;
    private static final int[] NONE = {};
    private static final int IPV4 = ValueType.IPV4.code();
    private static final int IPV6 = ValueType.IPV6.code();
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final @Nullable Thread onlyThread;
    private byte @Nullable [] bytes;
    private int nameIndex;
    private int nameLength;
    private int argumentCount;
    /** Where each begins, with its name. */
    private int[] arguments = NONE;
    private int messageEnd;
    private @Nullable Route route;
    private @Nullable Notification notification;

    /** A view for any thread, which is opened once. */
    MessageView() {
        this(null);
    }

    /** A view that is opened again and again, on one thread, so that no other may keep it. */
    MessageView(@Nullable Thread onlyThread) {
        this.onlyThread = onlyThread;
    }

    /**
     * Takes the message that begins at an index; a handler may see it after {@link #open}.
     *
     * @param end where the payload ends
     * @return the index after the message
     * @throws dev.spoa.protocol.ProtocolException if it is malformed
     */
    int read(byte[] in, int index, int end) {
        nameLength = WireString.readLength(in, index, end);
        nameIndex = index + Varint.size(nameLength);
        int at = nameIndex + nameLength;
        argumentCount = MessageList.readArgumentCount(in, at, end);
        if (arguments.length < argumentCount) {
            arguments = new int[argumentCount];
        }
        at++;
        int[] found = arguments;
        for (int i = 0; i < argumentCount; i++) {
            found[i] = at;
            at = MessageList.skipArgument(in, at, end);
        }
        messageEnd = at;
        return at;
    }

    int nameIndex() {
        return nameIndex;
    }

    int nameLength() {
        return nameLength;
    }

    /** Lets a handler see the message that was read last, in these bytes. */
    void open(byte[] in, @Nullable Route route, Notification notification) {
        this.bytes = in;
        this.route = route;
        this.notification = notification;
    }

    /** Makes every later access an error: the bytes are about to be used for something else. */
    void close() {
        bytes = null;
    }

    private byte[] bytes() {
        byte[] open = bytes;
        if (open == null || (onlyThread != null && !onlyThread.equals(Thread.currentThread()))) {
            throw new IllegalStateException(
                    "the message of an inline handler is valid only until that returns, and only on its thread");
        }
        return open;
    }

    @Override
    public String name() {
        return route != null ? route.name : new String(bytes(), nameIndex, nameLength, StandardCharsets.UTF_8);
    }

    @Override
    public Notification notification() {
        if (notification == null) {
            throw new IllegalStateException("no message is open");
        }
        bytes();
        return notification;
    }

    @Override
    public List<Argument> arguments() {
        int start = argumentCount == 0 ? messageEnd : arguments[0];
        ByteBuf in = Unpooled.wrappedBuffer(bytes(), start, messageEnd - start);
        return List.copyOf(MessageList.readArguments(in, argumentCount));
    }

    @Override
    public Value value(String name) {
        int data = find(name);
        if (data == NOT_FOUND) {
            throw unusable(name, "a value", data);
        }
        return valueAt(data);
    }

    @Override
    public InetAddress address(String name) {
        return addressAt(name, find(name));
    }

    @Override
    public String string(String name) {
        return stringAt(name, find(name));
    }

    @Override
    public long integer(String name) {
        return integerAt(name, find(name));
    }

    @Override
    public boolean bool(String name) {
        return boolAt(name, find(name));
    }

    @Override
    public byte[] bytes(String name) {
        return bytesAt(name, find(name));
    }

    @Override
    public Optional<Value> optionalValue(String name) {
        int data = findNonNull(name);
        return data == NOT_FOUND ? Optional.empty() : Optional.of(valueAt(data));
    }

    @Override
    public Optional<InetAddress> optionalAddress(String name) {
        int data = findNonNull(name);
        return data == NOT_FOUND ? Optional.empty() : Optional.of(addressAt(name, data));
    }

    @Override
    public Optional<String> optionalString(String name) {
        int data = findNonNull(name);
        return data == NOT_FOUND ? Optional.empty() : Optional.of(stringAt(name, data));
    }

    @Override
    public OptionalLong optionalInteger(String name) {
        int data = findNonNull(name);
        return data == NOT_FOUND ? OptionalLong.empty() : OptionalLong.of(integerAt(name, data));
    }

    @Override
    public Optional<Boolean> optionalBool(String name) {
        int data = findNonNull(name);
        return data == NOT_FOUND ? Optional.empty() : Optional.of(boolAt(name, data));
    }

    @Override
    public Optional<byte[]> optionalBytes(String name) {
        int data = findNonNull(name);
        return data == NOT_FOUND ? Optional.empty() : Optional.of(bytesAt(name, data));
    }

    private Value valueAt(int data) {
        return TypedData.read(Unpooled.wrappedBuffer(bytes(), data, messageEnd - data));
    }

    @Override
    public ValueType type(String name) {
        int data = find(name);
        if (data == NOT_FOUND) {
            throw unusable(name, "a value", data);
        }
        return valueTypeAt(data);
    }

    @Override
    public long addressHigh(String name) {
        byte[] in = bytes();
        int data = find(in, name);
        return isIpv6(in, name, data) ? (long) LONG.get(in, data + 1) : 0;
    }

    @Override
    public long addressLow(String name) {
        byte[] in = bytes();
        int data = find(in, name);
        return isIpv6(in, name, data)
                ? (long) LONG.get(in, data + 1 + Long.BYTES)
                : Integer.toUnsignedLong((int) INT.get(in, data + 1));
    }

    private boolean isIpv6(byte[] in, String name, int data) {
        if (data != NOT_FOUND) {
            int code = TypedData.codeAt(in, data);
            if (code == IPV4 || code == IPV6) {
                return code == IPV6;
            }
        }
        throw unusable(name, "an address", data);
    }

    private InetAddress addressAt(String name, int data) {
        if (data != NOT_FOUND) {
            switch (valueTypeAt(data)) {
                case IPV4 -> {
                    return new Value.Ipv4((int) INT.get(bytes(), data + 1)).address();
                }
                case IPV6 -> {
                    return new Value.Ipv6((long) LONG.get(bytes(), data + 1), (long) LONG.get(bytes(), data + 9))
                            .address();
                }
                default -> {
                }
            }
        }
        throw unusable(name, "an address", data);
    }

    private String stringAt(String name, int data) {
        if (data == NOT_FOUND || valueTypeAt(data) != ValueType.STRING) {
            throw unusable(name, "a STRING", data);
        }
        int length = (int) Varint.get(bytes(), data + 1);
        return new String(bytes(), data + 1 + Varint.size(length), length, StandardCharsets.UTF_8);
    }

    private long integerAt(String name, int data) {
        if (data != NOT_FOUND) {
            switch (valueTypeAt(data)) {
                case INT32, UINT32, INT64 -> {
                    return Varint.get(bytes(), data + 1);
                }
                case UINT64 -> {
                    long value = Varint.get(bytes(), data + 1);
                    if (value < 0) {
                        throw new ArgumentException(name(), name, "an integer up to 2^63-1",
                                "UINT64 " + Long.toUnsignedString(value));
                    }
                    return value;
                }
                default -> {
                }
            }
        }
        throw unusable(name, "an integer", data);
    }

    private boolean boolAt(String name, int data) {
        if (data == NOT_FOUND || valueTypeAt(data) != ValueType.BOOL) {
            throw unusable(name, "a BOOL", data);
        }
        return Value.TRUE.equals(valueAt(data));
    }

    private byte[] bytesAt(String name, int data) {
        if (data != NOT_FOUND) {
            ValueType type = valueTypeAt(data);
            if (type == ValueType.BINARY || type == ValueType.STRING) {
                int length = (int) Varint.get(bytes(), data + 1);
                int start = data + 1 + Varint.size(length);
                return Arrays.copyOfRange(bytes(), start, start + length);
            }
        }
        throw unusable(name, "BINARY or STRING", data);
    }

    private ArgumentException unusable(String name, String expected, int data) {
        return new ArgumentException(name(), name, expected,
                data == NOT_FOUND ? "no argument of that name" : valueTypeAt(data).name());
    }

    private ValueType valueTypeAt(int data) {
        return TypedData.typeAt(bytes(), data);
    }

    private int findNonNull(String name) {
        int data = find(name);
        return data == NOT_FOUND || valueTypeAt(data) == ValueType.NULL ? NOT_FOUND : data;
    }

    private int find(String name) {
        return find(bytes(), name);
    }

    /** The index of the type byte of the first argument with a name. */
    private int find(byte[] in, String name) {
        int length = name.length();
        for (int i = 0; i < argumentCount; i++) {
            int at = arguments[i];
            int start = at + Varint.size(length);
            if (Varint.get(in, at) == length && isAt(in, start, name)) {
                return start + length;
            }
        }
        return isAscii(name) ? NOT_FOUND : findDecoded(in, name);
    }

    /** Whether the bytes are a name's letters; never so if one of these is not of ASCII. */
    private static boolean isAt(byte[] in, int index, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (in[index + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    private int findDecoded(byte[] in, String name) {
        for (int i = 0; i < argumentCount; i++) {
            int length = (int) Varint.get(in, arguments[i]);
            int start = arguments[i] + Varint.size(length);
            if (new String(in, start, length, StandardCharsets.UTF_8).equals(name)) {
                return start + length;
            }
        }
        return NOT_FOUND;
    }
}
