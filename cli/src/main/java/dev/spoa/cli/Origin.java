package dev.spoa.cli;

import dev.spoa.cli.capture.Flow;
import dev.spoa.cli.capture.Packet;
import java.time.Instant;

/** Where in a capture something was found: the direction, and the packet that completed it. */
record Origin(int connection, String from, String to, long nanos, long packet, long fileOffset) {
    private static final long SECOND = 1_000_000_000L;

    static Origin of(Flow flow, Packet packet) {
        return new Origin(flow.connection().number(), flow.source().toString(), flow.destination().toString(),
                packet.nanos(), packet.number(), packet.offset());
    }

    /** When, to the nanosecond as far as the capture knows it, in UTC. */
    String time() {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND)).toString();
    }
}
