package dev.spoa.conformance.broken;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes the payload of an ACK: a LIST-OF-ACTIONS (section 1.4). */
final class Actions {
    private Actions() {}

    static byte[] encode(List<Action> actions, Fault fault) {
        ByteBuf out = Unpooled.buffer();
        for (Action action : actions) {
            switch (action) {
                case Action.SetVar(Scope scope, String name, Value value) -> {
                    if (fault != Fault.NULLS_DROPPED || !value.equals(Value.NULL)) {
                        out.writeByte(1).writeByte(3).writeByte(codeOf(scope, fault));
                        WireString.write(out, name);
                        value(out, value, fault);
                    }
                }
                case Action.UnsetVar(Scope scope, String name) -> {
                    out.writeByte(2).writeByte(fault == Fault.UNSET_VAR_WITH_THREE_ARGUMENTS ? 3 : 2)
                            .writeByte(codeOf(scope, fault));
                    if (fault == Fault.UNSET_VAR_WITH_STRAY_TYPE) {
                        out.writeByte(ValueType.STRING.code());
                    }
                    WireString.write(out, name);
                }
            }
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static int codeOf(Scope scope, Fault fault) {
        return fault == Fault.SCOPES_COUNTED_FROM_ONE ? scope.code() + 1 : scope.code();
    }

    private static void value(ByteBuf out, Value value, Fault fault) {
        switch (fault) {
            case FALSE_AS_TRUE -> TypedData.write(out, value.equals(Value.FALSE) ? Value.TRUE : value);
            case TRUE_WITHOUT_FLAG -> typed(out, value, value.equals(Value.TRUE), 0x01);
            case TRUE_WITH_THREE_FLAGS -> typed(out, value, value.equals(Value.TRUE), 0x31);
            case NEGATIVES_AS_32_BITS -> TypedData.write(out, value instanceof Value.Int32(long number) && number < 0
                    ? new Value.Int32(number & 0xFFFF_FFFFL)
                    : value);
            case LONGS_NARROWED -> TypedData.write(out, value instanceof Value.Int64(long number)
                    ? new Value.Int64((int) number)
                    : value);
            case INTEGER_TYPES_MERGED -> TypedData.write(out, merged(value));
            case MAPPED_IPV6_AS_IPV4 -> TypedData.write(out, value instanceof Value.Ipv6(long high, long low)
                    ? Value.of(javaAddress(high, low))
                    : value);
            case STRINGS_RECODED -> TypedData.write(out, value instanceof Value.Str string
                    ? Value.of(string.text())
                    : value);
            case STRINGS_END_AT_NUL -> TypedData.write(out, value instanceof Value.Str string
                    ? Value.of(string.text().split("\0", 2)[0])
                    : value);
            case BINARY_AS_STRING -> TypedData.write(out, value instanceof Value.Binary binary
                    ? Value.of(new String(binary.bytes(), StandardCharsets.ISO_8859_1))
                    : value);
            default -> TypedData.write(out, value);
        }
    }

    private static void typed(ByteBuf out, Value value, boolean isWrong, int wrong) {
        if (isWrong) {
            out.writeByte(wrong);
        } else {
            TypedData.write(out, value);
        }
    }

    private static Value merged(Value value) {
        return switch (value) {
            case Value.Int32(long number) -> new Value.Int64(number);
            case Value.Uint32(long number) -> new Value.Int64(number);
            case Value.Uint64(long number) -> new Value.Int64(number);
            default -> value;
        };
    }

    /** What Java makes of sixteen bytes: an IPv4 address where they are a mapped one. */
    private static InetAddress javaAddress(long high, long low) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }
}
