package dev.spoa.cli.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A TCP segment, found in a packet behind its link and IP headers. Checksums are not looked at: where the network card
 * computes them, captured ones are wrong.
 */
record TcpSegment(Endpoint source, Endpoint destination, int sequence, int acknowledged, int flags, ByteBuffer data) {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;

    private static final int TCP = 6;
    private static final int IPV6_HOP_BY_HOP = 0;
    private static final int IPV6_ROUTING = 43;
    private static final int IPV6_FRAGMENT = 44;
    private static final int IPV6_DESTINATION = 60;

    boolean is(int flag) {
        return (flags & flag) != 0;
    }

    /** The segment in a packet; null where there is none, or not enough of one. */
    static @Nullable TcpSegment in(Packet packet) {
        ByteBuffer ip = LinkHeader.strip(packet);
        if (ip == null || !ip.hasRemaining()) {
            return null;
        }
        return switch ((ip.get(0) & 0xFF) >>> 4) {
            case 4 -> inIpv4(ip);
            case 6 -> inIpv6(ip);
            default -> null;
        };
    }

    private static @Nullable TcpSegment inIpv4(ByteBuffer ip) {
        int header = (ip.get(0) & 0x0F) * 4;
        if (header < 20 || ip.remaining() < header || ip.get(9) != TCP || (ip.getShort(6) & 0x3FFF) != 0) {
            return null;
        }
        int whole = Short.toUnsignedInt(ip.getShort(2));
        // 0 where the network card cuts large segments up behind the point of capture
        int end = whole == 0 ? ip.limit() : Math.min(whole, ip.limit());
        return end < header ? null : of(bytes(ip, 12, 4), bytes(ip, 16, 4), ip.slice(header, end - header));
    }

    private static @Nullable TcpSegment inIpv6(ByteBuffer ip) {
        if (ip.remaining() < 40) {
            return null;
        }
        int payload = Short.toUnsignedInt(ip.getShort(4));
        int end = payload == 0 ? ip.limit() : Math.min(40 + payload, ip.limit());
        int next = ip.get(6) & 0xFF;
        int at = 40;
        while (next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION || next == IPV6_FRAGMENT) {
            if (at + 8 > end || (next == IPV6_FRAGMENT && (ip.getShort(at + 2) & 0xFFF9) != 0)) {
                return null;
            }
            int size = next == IPV6_FRAGMENT ? 8 : ((ip.get(at + 1) & 0xFF) + 1) * 8;
            next = ip.get(at) & 0xFF;
            at += size;
        }
        return next != TCP || at > end ? null : of(bytes(ip, 8, 16), bytes(ip, 24, 16), ip.slice(at, end - at));
    }

    private static @Nullable TcpSegment of(byte[] source, byte[] destination, ByteBuffer tcp) {
        if (tcp.remaining() < 20) {
            return null;
        }
        int header = ((tcp.get(12) & 0xFF) >>> 4) * 4;
        if (header < 20 || header > tcp.remaining()) {
            return null;
        }
        return new TcpSegment(endpoint(source, tcp.getShort(0)), endpoint(destination, tcp.getShort(2)), tcp.getInt(4),
                tcp.getInt(8), tcp.get(13) & 0xFF, tcp.slice(header, tcp.remaining() - header));
    }

    private static Endpoint endpoint(byte[] address, short port) {
        try {
            return new Endpoint(InetAddress.getByAddress(address), Short.toUnsignedInt(port));
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + address.length + " bytes", e);
        }
    }

    private static byte[] bytes(ByteBuffer in, int at, int size) {
        int from = in.arrayOffset() + at;
        return Arrays.copyOfRange(in.array(), from, from + size);
    }
}
