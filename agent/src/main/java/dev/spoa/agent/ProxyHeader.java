package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol, version 1 (a line of text) or 2 (binary), as HAProxy's {@code send-proxy} and
 * {@code send-proxy-v2} put it before everything else of a connection.
 *
 * @param length how many bytes it has
 * @param source the peer that it names; null where it names none, as those of health checks do, or one without an IP
 *        address
 */
record ProxyHeader(int length, @Nullable SocketAddress source) {
    /** What a header may say besides the addresses is of no use here; HAProxy's own are far below this. */
    static final int MAX_LENGTH = 4_096;

    private static final byte[] SIGNATURE_1 = "PROXY ".getBytes(US_ASCII);
    private static final byte[] SIGNATURE_2 = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    /** With the end of the line; the specification's own figure. */
    private static final int MAX_LENGTH_1 = 107;
    private static final int FIXED_LENGTH_2 = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    /** The header is none, or not one that can be read. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        final String reason;

        Malformed(String reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** Whether a connection that begins so begins with a header. */
    static boolean isLikely(ByteBuf in) {
        return begins(in, SIGNATURE_1, 4) || begins(in, SIGNATURE_2, 4);
    }

    /**
     * Reads a header without moving the buffer's indices.
     *
     * @return null as long as it is not complete
     */
    static @Nullable ProxyHeader read(ByteBuf in) throws Malformed {
        if (begins(in, SIGNATURE_1, Math.min(SIGNATURE_1.length, in.readableBytes()))) {
            return in.readableBytes() < SIGNATURE_1.length ? null : readVersion1(in);
        }
        if (begins(in, SIGNATURE_2, Math.min(SIGNATURE_2.length, in.readableBytes()))) {
            return in.readableBytes() < FIXED_LENGTH_2 ? null : readVersion2(in);
        }
        throw new Malformed("expected a PROXY header first, and it begins with the bytes "
                + HexFormat.of().formatHex(bytes(in, 0, Math.min(8, in.readableBytes()))));
    }

    private static boolean begins(ByteBuf in, byte[] signature, int length) {
        if (in.readableBytes() < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(ByteBuf in, int from, int length) {
        byte[] bytes = new byte[length];
        in.getBytes(in.readerIndex() + from, bytes);
        return bytes;
    }

    private static @Nullable ProxyHeader readVersion1(ByteBuf in) throws Malformed {
        int available = Math.min(in.readableBytes(), MAX_LENGTH_1);
        String text = new String(bytes(in, 0, available), US_ASCII);
        int end = text.indexOf("\r\n");
        if (end < 0) {
            if (available == MAX_LENGTH_1) {
                throw new Malformed("its PROXY header has no end of line within " + MAX_LENGTH_1 + " bytes");
            }
            return null;
        }
        String line = text.substring(0, end);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return new ProxyHeader(end + 2, null);
        }
        String[] words = line.split(" ", -1);
        boolean four = words[1].equals("TCP4");
        if (words.length != 6 || !(four || words[1].equals("TCP6"))) {
            throw malformed1(line);
        }
        address1(line, words[3], four);
        port1(line, words[5]);
        return new ProxyHeader(end + 2, new InetSocketAddress(address1(line, words[2], four), port1(line, words[4])));
    }

    private static InetAddress address1(String line, String text, boolean four) throws Malformed {
        byte[] bytes = four ? AddressText.ipv4(text) : AddressText.ipv6(text);
        if (bytes == null) {
            throw malformed1(line);
        }
        return address(bytes);
    }

    private static int port1(String line, String text) throws Malformed {
        if (!text.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(text) > 0xffff) {
            throw malformed1(line);
        }
        return Integer.parseInt(text);
    }

    private static Malformed malformed1(String line) {
        return new Malformed("expected \"PROXY TCP4|TCP6 <source> <destination> <port> <port>\" or \"PROXY UNKNOWN\", "
                + "and its header is \"" + line + "\"");
    }

    private static @Nullable ProxyHeader readVersion2(ByteBuf in) throws Malformed {
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int rest = in.getUnsignedShort(start + 14);
        if (command != LOCAL && command != PROXY) {
            throw new Malformed(String.format(
                    "expected version and command 0x20 or 0x21 in its PROXY header, and it has 0x%02x", command));
        }
        if (FIXED_LENGTH_2 + rest > MAX_LENGTH) {
            throw new Malformed("its PROXY header has " + (FIXED_LENGTH_2 + rest) + " bytes, and at most " + MAX_LENGTH
                    + " are accepted");
        }
        int needed = switch (family) {
            case 0x11, 0x12 -> 12;
            case 0x21, 0x22 -> 36;
            case 0x31, 0x32 -> 216;
            default -> 0;
        };
        if (command == PROXY && rest < needed) {
            throw new Malformed(
                    "its PROXY header has " + rest + " bytes of addresses, and their family takes " + needed);
        }
        if (in.readableBytes() < FIXED_LENGTH_2 + rest) {
            return null;
        }
        int addressLength = switch (family >> 4) {
            case 1 -> 4;
            case 2 -> 16;
            default -> 0;
        };
        if (command == LOCAL || needed == 0 || addressLength == 0) {
            return new ProxyHeader(FIXED_LENGTH_2 + rest, null);
        }
        int port = in.getUnsignedShort(start + FIXED_LENGTH_2 + 2 * addressLength);
        return new ProxyHeader(FIXED_LENGTH_2 + rest,
                new InetSocketAddress(address(bytes(in, FIXED_LENGTH_2, addressLength)), port));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }
}
