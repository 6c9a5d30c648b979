package dev.spoa.testkit;

import dev.spoa.engine.Ack;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** How actions and values are shown in the message of a failed assertion. */
final class AckText {
    private static final int SHOWN_BYTES = 120;

    private AckText() {}

    static String of(Ack ack) {
        if (ack.actions().isEmpty()) {
            return "It has no actions.";
        }
        return ack.actions().stream().map(action -> "\n  " + of(action))
                .collect(Collectors.joining("", "Its actions:", ""));
    }

    static String of(Action action) {
        return switch (action) {
            case Action.SetVar set -> "SET-VAR " + variable(set.scope(), set.name()) + " = " + of(set.value());
            case Action.UnsetVar unset -> "UNSET-VAR " + variable(unset.scope(), unset.name());
        };
    }

    /** The name without the prefix, which the agent does not know. */
    static String variable(Scope scope, String name) {
        return scope.prefix() + "." + name;
    }

    static String of(Value value) {
        return switch (value) {
            case Value.Null none -> "NULL";
            case Value.Bool bool -> "BOOL " + bool.value();
            case Value.Int32 integer -> "INT32 " + integer.value();
            case Value.Uint32 integer -> "UINT32 " + Long.toUnsignedString(integer.value());
            case Value.Int64 integer -> "INT64 " + integer.value();
            case Value.Uint64 integer -> "UINT64 " + Long.toUnsignedString(integer.value());
            case Value.Ipv4 address -> "IPV4 " + address.address().getHostAddress();
            case Value.Ipv6 address -> "IPV6 " + address.address().getHostAddress();
            case Value.Str text -> "STRING " + text(text.bytes());
            case Value.Binary binary -> "BINARY " + hex(binary.bytes());
        };
    }

    private static String text(byte[] bytes) {
        if (bytes.length > SHOWN_BYTES) {
            return quoted(new String(bytes, 0, SHOWN_BYTES, StandardCharsets.UTF_8)) + "... of " + bytes.length
                    + " bytes";
        }
        try {
            return quoted(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return hex(bytes) + ", which is not UTF-8";
        }
    }

    private static String quoted(String text) {
        return text.chars().mapToObj(c -> c < ' ' || c == 0x7f ? "\\x%02x".formatted(c) : Character.toString((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    private static String hex(byte[] bytes) {
        boolean all = bytes.length <= SHOWN_BYTES;
        return "0x" + HexFormat.of().formatHex(all ? bytes : Arrays.copyOf(bytes, SHOWN_BYTES))
                + (all ? "" : "... of " + bytes.length + " bytes");
    }
}
