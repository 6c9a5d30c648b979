package dev.spoa.agent;

import io.netty.util.NetUtil;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as text, read by its form alone: InetAddress.getByName would ask a name server about what it cannot
 * read. All functions return null for what is no such address.
 */
final class AddressText {
    /** With zeros in front some would read octal numbers. That none is above 255 is left to Netty. */
    private static final Pattern FOUR = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    /** Without the brackets and zones that Netty would take. */
    private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:]*");

    private AddressText() {}

    /** Reads an address of either family. */
    static byte @Nullable [] read(String text) {
        return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
    }

    /** Reads four bytes. */
    static byte @Nullable [] ipv4(String text) {
        return FOUR.matcher(text).matches() ? NetUtil.createByteArrayFromIpAddressString(text) : null;
    }

    /** Reads 16 bytes, also where they are an IPv4 address in IPv6's clothes. */
    static byte @Nullable [] ipv6(String text) {
        String digits = text.indexOf('.') < 0 ? text : inDigits(text);
        return digits != null && SIX.matcher(digits).matches() && NetUtil.isValidIpV6Address(digits)
                ? NetUtil.createByteArrayFromIpAddressString(digits)
                : null;
    }

    /** Writes an IPv4 address at the end as two groups: Netty does not read all that ends with one. */
    private static @Nullable String inDigits(String text) {
        int tail = text.lastIndexOf(':') + 1;
        byte[] octets = ipv4(text.substring(tail));
        if (octets == null) {
            return null;
        }
        HexFormat hex = HexFormat.of();
        return text.substring(0, tail) + hex.formatHex(octets, 0, 2) + ":" + hex.formatHex(octets, 2, 4);
    }
}
