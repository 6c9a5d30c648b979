package dev.spoa.protocol.wire;

import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a peer sent, in a form that is safe to print: on one line, without anything that a terminal obeys, and bounded, but
 * for what is called whole.
 */
public final class Printable {
    /** The most characters of one text that are shown. */
    static final int MAX_TEXT = 160;
    /** The most bytes of one item that are shown in hex. */
    static final int MAX_BYTES = 32;

    private static final int MAX_MESSAGE = 400;
    private static final HexFormat HEX = HexFormat.of();

    private Printable() {}

    /** A name as it is where it is an ordinary one, in quotes otherwise. */
    static String name(byte[] bytes) {
        for (byte b : bytes) {
            if (!isOrdinary(b)) {
                return text(bytes);
            }
        }
        return bytes.length > MAX_TEXT ? text(bytes) : new String(bytes, StandardCharsets.US_ASCII);
    }

    private static boolean isOrdinary(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "_.-".indexOf(b) >= 0;
    }

    /** A text in quotes: as UTF-8 where it is that, with each byte above 127 as {@code \xNN} where it is not. */
    static String text(byte[] bytes) {
        StringBuilder out = new StringBuilder("\"");
        String decoded = decoded(bytes);
        boolean isUtf8 = decoded != null;
        String shown = decoded != null ? decoded : new String(bytes, StandardCharsets.ISO_8859_1);
        int end = shown.length() <= MAX_TEXT ? shown.length()
                : shown.offsetByCodePoints(0,
                        Math.min(MAX_TEXT, shown.codePointCount(0, shown.length())));
        shown.substring(0, end).codePoints().forEach(c -> append(out, c, isUtf8));
        out.append('"');
        return end < shown.length() ? out + "... (" + bytes.length + " bytes)" : out.toString();
    }

    /**
     * The message of an error, which may have something in it that a peer chose.
     *
     * @param message any text
     * @return its first 400 characters as in {@link #whole(String)}
     */
    public static String message(String message) {
        if (message.codePointCount(0, message.length()) <= MAX_MESSAGE) {
            return whole(message);
        }
        return whole(message.substring(0, message.offsetByCodePoints(0, MAX_MESSAGE))) + "...";
    }

    /**
     * A text without quotes and however long, where it must not be cut.
     *
     * @param text any text
     * @return the same, but what a terminal obeys, and what has no look of its own, escaped, like {@code \n} or
     *         {@code \x1b}; a backslash stays one
     */
    public static String whole(String text) {
        return whole(text, true);
    }

    /**
     * The bytes of a string, which need not be UTF-8, without quotes and however many.
     *
     * @param bytes the string
     * @return as {@link #whole(String)} has it; each byte above 127 as {@code \xNN} where they are not UTF-8
     */
    public static String whole(byte[] bytes) {
        String decoded = decoded(bytes);
        return decoded != null ? whole(decoded, true) : whole(new String(bytes, StandardCharsets.ISO_8859_1), false);
    }

    private static String whole(String text, boolean isUtf8) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.appendCodePoint(c);
            } else {
                append(out, c, isUtf8);
            }
        });
        return out.toString();
    }

    /** Bytes in hex. */
    static String hex(ByteBuf in, int offset, int size) {
        String shown = ByteBufUtil.hexDump(in, offset, Math.min(size, MAX_BYTES));
        return size > MAX_BYTES ? shown + "..." : shown;
    }

    /** A value without its type; empty for NULL. */
    static String value(Value value) {
        return switch (value) {
            case Value.Null unused -> "";
            case Value.Bool bool -> String.valueOf(bool.value());
            case Value.Int32 integer -> integer.value() + beyond32Bits(integer.value() != (int) integer.value());
            case Value.Uint32 integer -> Long.toUnsignedString(integer.value())
                    + beyond32Bits(integer.value() >>> 32 != 0);
            case Value.Int64 integer -> String.valueOf(integer.value());
            case Value.Uint64 integer -> Long.toUnsignedString(integer.value())
                    + (integer.value() < 0 ? " (" + integer.value() + " to HAProxy, which keeps it signed)" : "");
            case Value.Ipv4 ip -> ip.address().getHostAddress();
            case Value.Ipv6 ip -> ip.address().getHostAddress();
            case Value.Str string -> text(string.bytes());
            case Value.Binary binary -> binary(binary.bytes());
        };
    }

    private static String beyond32Bits(boolean isBeyond) {
        return isBeyond ? " (more than 32 bits; HAProxy keeps all 64)" : "";
    }

    private static String binary(byte[] bytes) {
        String shown = HEX.formatHex(bytes, 0, Math.min(bytes.length, MAX_BYTES));
        return bytes.length + (bytes.length == 1 ? " byte" : " bytes") + (bytes.length == 0 ? "" : " " + shown)
                + (bytes.length > MAX_BYTES ? "..." : "");
    }

    /** The text, null where the bytes are no UTF-8. */
    private static @Nullable String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static void append(StringBuilder out, int c, boolean isUtf8) {
        switch (c) {
            case '"', '\\' -> out.append('\\').appendCodePoint(c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < 0x20 || c == 0x7F || (!isUtf8 && c > 0x7F)) {
                    out.append("\\x").append(HEX.toHexDigits((byte) c));
                } else if (isInvisible(c)) {
                    out.append("\\u{").append(Integer.toHexString(c)).append('}');
                } else {
                    out.appendCodePoint(c);
                }
            }
        }
    }

    /** Controls, marks that change the direction of writing, and what else has no look of its own. */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED ->
                true;
            default -> false;
        };
    }
}
