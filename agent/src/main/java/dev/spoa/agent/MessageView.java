package dev.spoa.agent;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.MessageList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
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
 * A message read in place, in bytes whose form was checked before. Several threads may read it. Arguments are searched
 * one after the other: a message has few, and this way no index of them has to be built.
 */
final class MessageView implements Message {
    private static final int NOT_FOUND = -1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final @Nullable Thread onlyThread;
    private byte @Nullable [] bytes;
    private int nameIndex;
    private int nameLength;
    private int argumentsIndex;
    private int argumentCount;
    private int end;
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
     * Points this view at the message that begins at an index.
     *
     * @return the index after the message
     */
    int open(byte[] bytes, int index, @Nullable Route route, Notification notification) {
        this.bytes = bytes;
        this.route = route;
        this.notification = notification;
        nameLength = (int) Varint.get(bytes, index);
        nameIndex = index + Varint.size(nameLength);
        argumentCount = bytes[nameIndex + nameLength] & 0xFF;
        argumentsIndex = nameIndex + nameLength + 1;
        int at = argumentsIndex;
        for (int i = 0; i < argumentCount; i++) {
            at = afterData(bytes, dataOf(bytes, at));
        }
        end = at;
        return end;
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
        ByteBuf in = Unpooled.wrappedBuffer(bytes(), argumentsIndex, end - argumentsIndex);
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
        return TypedData.read(Unpooled.wrappedBuffer(bytes(), data, end - data));
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

    /** The index of the type byte of the first argument with a name. */
    private int find(String name) {
        byte[] in = bytes();
        int at = argumentsIndex;
        for (int i = 0; i < argumentCount; i++) {
            int data = dataOf(in, at);
            int length = (int) Varint.get(in, at);
            if (isAt(in, data - length, length, name)) {
                return data;
            }
            at = afterData(in, data);
        }
        return NOT_FOUND;
    }

    private static boolean isAt(byte[] in, int index, int length, String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 128) {
                return new String(in, index, length, StandardCharsets.UTF_8).equals(name);
            }
            if (i >= length || in[index + i] != c) {
                return false;
            }
        }
        return length == name.length();
    }

    /** The index of the type byte of the argument that begins at an index. */
    private static int dataOf(byte[] in, int index) {
        int length = (int) Varint.get(in, index);
        return index + Varint.size(length) + length;
    }

    private static int afterData(byte[] in, int data) {
        int value = data + 1;
        return switch (TypedData.typeAt(in, data)) {
            case NULL, BOOL -> value;
            case INT32, UINT32, INT64, UINT64 -> value + Varint.size(Varint.get(in, value));
            case IPV4 -> value + 4;
            case IPV6 -> value + 16;
            case STRING, BINARY -> {
                int length = (int) Varint.get(in, value);
                yield value + Varint.size(length) + length;
            }
        };
    }
}
