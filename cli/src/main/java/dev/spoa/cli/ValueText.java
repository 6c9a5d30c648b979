package dev.spoa.cli;

import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Printable;
import java.util.HexFormat;
import java.util.Locale;

/**
 * How a typed value is shown: {@code type:value}, as {@link ArgumentSyntax} reads it. But a string with control characters
 * in it, or one that is not UTF-8, has escapes in their place, {@code \n} or {@code \x1b}, which are not read back: the
 * agent chose it, and it goes to a terminal.
 */
final class ValueText {
    private ValueText() {}

    static String of(Value value) {
        return value instanceof Value.Null ? type(value) : type(value) + ":" + data(value);
    }

    static String type(Value value) {
        return switch (value) {
            case Value.Str string -> "str";
            case Value.Binary binary -> "bin";
            default -> value.type().name().toLowerCase(Locale.ROOT);
        };
    }

    /** The value without its type; empty for NULL. */
    static String data(Value value) {
        return switch (value) {
            case Value.Null none -> "";
            case Value.Bool bool -> Boolean.toString(bool.value());
            case Value.Int32 integer -> Long.toString(integer.value());
            case Value.Uint32 integer -> Long.toString(integer.value());
            case Value.Int64 integer -> Long.toString(integer.value());
            case Value.Uint64 integer -> Long.toUnsignedString(integer.value());
            case Value.Ipv4 ip -> ip.address().getHostAddress();
            case Value.Ipv6 ip -> ip.address().getHostAddress();
            case Value.Str string -> Printable.whole(string.bytes());
            case Value.Binary binary -> HexFormat.of().formatHex(binary.bytes());
        };
    }
}
