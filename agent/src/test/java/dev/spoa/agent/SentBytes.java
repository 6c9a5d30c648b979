package dev.spoa.agent;

import io.netty.buffer.ByteBufUtil;

/** Outgoing bytes of tests. */
final class SentBytes {
    private SentBytes() {}

    /** Some that have so many zeros at the beginning. */
    static OutgoingBytes behind(int zeros) {
        OutgoingBytes out = new OutgoingBytes();
        addZeros(out, zeros);
        return out;
    }

    static void addZeros(OutgoingBytes out, int number) {
        out.ensure(number);
        out.putBytes(new byte[number], 0, number);
    }

    static String hex(OutgoingBytes out, int from) {
        return ByteBufUtil.hexDump(out.array(), from, out.length() - from);
    }
}
