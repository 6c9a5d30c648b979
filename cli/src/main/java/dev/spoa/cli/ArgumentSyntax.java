package dev.spoa.cli;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an argument of a message is written on the command line: {@code name=type:value}. The name ends at the first
 * {@code =} and may be empty, the type at the first colon behind it, and the value is the rest, colons and all.
 */
final class ArgumentSyntax {
    private static final String TYPES = "null, bool, int32, uint32, int64, uint64, ipv4, ipv6, ip, str or bin";
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int IPV6_SIZE = 16;
    private static final int MAPPED = 0xFFFF;

    private ArgumentSyntax() {}

    /**
     * Reads an argument.
     *
     * @throws IllegalArgumentException if it is malformed; the message says what was expected
     */
    static Argument parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw malformed(text, "name=type:value", "there is no =");
        }
        int colon = text.indexOf(':', equals);
        String type = text.substring(equals + 1, colon < 0 ? text.length() : colon);
        if (colon < 0 && !type.equals("null")) {
            throw malformed(text, "name=type:value", "there is no colon behind the type");
        }
        return new Argument(text.substring(0, equals), value(text, type, colon < 0 ? "" : text.substring(colon + 1)));
    }

    private static Value value(String text, String type, String value) {
        return switch (type) {
            case "null" -> {
                if (!value.isEmpty()) {
                    throw malformed(text, "nothing behind null", "\"" + value + "\" came");
                }
                yield Value.NULL;
            }
            case "bool" -> switch (value) {
                case "true" -> Value.TRUE;
                case "false" -> Value.FALSE;
                default -> throw malformed(text, "true or false", "\"" + value + "\" came");
            };
            case "int32" -> new Value.Int32(integer(text, value, 31, true));
            case "uint32" -> new Value.Uint32(integer(text, value, 32, false));
            case "int64" -> new Value.Int64(integer(text, value, 63, true));
            case "uint64" -> new Value.Uint64(integer(text, value, 64, false));
            case "ipv4" -> ipv4(text, value);
            case "ipv6" -> ipv6(text, value);
            case "ip" -> value.indexOf(':') < 0 ? ipv4(text, value) : ipv6(text, value);
            case "str" -> Value.of(value);
            case "bin" -> binary(text, value);
            default -> throw malformed(text, "a type of " + TYPES, "\"" + type + "\" came");
        };
    }

    private static long integer(String text, String value, int bits, boolean isSigned) {
        BigInteger limit = BigInteger.ONE.shiftLeft(bits);
        BigInteger least = isSigned ? limit.negate() : BigInteger.ZERO;
        String expected = "an integer from " + least + " to " + limit.subtract(BigInteger.ONE);
        BigInteger number;
        try {
            number = new BigInteger(value);
        } catch (NumberFormatException e) {
            throw malformed(text, expected, "\"" + value + "\" came");
        }
        if (number.compareTo(least) < 0 || number.compareTo(limit) >= 0) {
            throw malformed(text, expected, value + " came");
        }
        return number.longValue();
    }

    private static Value ipv4(String text, String value) {
        Matcher parts = IPV4.matcher(value);
        int bits = 0;
        boolean isGood = parts.matches();
        for (int i = 1; isGood && i <= 4; i++) {
            int part = Integer.parseInt(parts.group(i));
            isGood = part <= 255;
            bits = bits << 8 | part;
        }
        if (!isGood) {
            throw malformed(text, "an IPv4 address like 192.0.2.1", "\"" + value + "\" came");
        }
        return new Value.Ipv4(bits);
    }

    private static Value ipv6(String text, String value) {
        try {
            // with a colon in it the text is never looked up as a name
            if (IPV6.matcher(value).matches()) {
                return ipv6(InetAddress.getByName(value).getAddress());
            }
        } catch (UnknownHostException e) {
            // the message below says the same
        }
        throw malformed(text, "an IPv6 address like 2001:db8::1", "\"" + value + "\" came");
    }

    /** Java makes an IPv4 address of an IPv4-mapped one, SPOP does not. */
    private static Value ipv6(byte[] address) {
        ByteBuffer bytes = ByteBuffer.allocate(IPV6_SIZE);
        if (address.length < IPV6_SIZE) {
            bytes.putLong(0).putInt(MAPPED);
        }
        bytes.put(address).flip();
        return new Value.Ipv6(bytes.getLong(), bytes.getLong());
    }

    private static Value binary(String text, String value) {
        try {
            return Value.of(HexFormat.of().parseHex(value));
        } catch (IllegalArgumentException e) {
            throw malformed(text, "an even number of hexadecimal digits", "\"" + value + "\" came");
        }
    }

    private static IllegalArgumentException malformed(String text, String expected, String came) {
        return new IllegalArgumentException("argument \"" + text + "\": expected " + expected + ", but " + came);
    }
}
