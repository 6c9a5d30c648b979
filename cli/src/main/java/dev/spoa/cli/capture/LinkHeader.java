package dev.spoa.cli.capture;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What stands before the IP header, by the link type of the capture. */
final class LinkHeader {
    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int RAW_BSD = 12;
    private static final int RAW_OPENBSD = 14;
    private static final int RAW = 101;
    private static final int LOOP = 108;
    private static final int LINUX_COOKED = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_COOKED_2 = 276;

    private LinkHeader() {}

    static boolean isKnown(int linkType) {
        return switch (linkType) {
            case NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, LINUX_COOKED, IPV4, IPV6, LINUX_COOKED_2 -> true;
            default -> false;
        };
    }

    /** The packet from its IP header on; null where it has none. */
    static @Nullable ByteBuffer strip(Packet packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
        return switch (packet.linkType()) {
            case ETHERNET -> behindType(bytes, 12);
            case LINUX_COOKED -> behindType(bytes, 14);
            case LINUX_COOKED_2 -> bytes.limit() >= 20 && isIp(bytes.getShort(0)) ? from(bytes, 20) : null;
            case NULL, LOOP -> from(bytes, 4);
            case RAW, RAW_BSD, RAW_OPENBSD, IPV4, IPV6 -> bytes;
            default -> null;
        };
    }

    private static @Nullable ByteBuffer behindType(ByteBuffer bytes, int typeAt) {
        int at = typeAt;
        while (at + 2 <= bytes.limit() && isVlan(bytes.getShort(at))) {
            at += 4;
        }
        return at + 2 <= bytes.limit() && isIp(bytes.getShort(at)) ? from(bytes, at + 2) : null;
    }

    private static boolean isVlan(short type) {
        return type == (short) 0x8100 || type == (short) 0x88A8 || type == (short) 0x9100;
    }

    private static boolean isIp(short type) {
        return type == (short) 0x0800 || type == (short) 0x86DD;
    }

    private static @Nullable ByteBuffer from(ByteBuffer bytes, int at) {
        return at > bytes.limit() ? null : bytes.slice(at, bytes.limit() - at);
    }
}
