package dev.spoa.conformance;

import static dev.spoa.engine.raw.PeerBytes.kv;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Ack;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A25 and A26: HELLOs that never end, and far more NOTIFYs than HAProxy ever has in flight. */
final class FloodCases {
    /** The handshake timeout is the agent's own; one of more than this is none. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(30);
    /** Bytes and pauses of the HELLO that trickles in: it has more than 240 of them, so it lasts longer than that. */
    private static final Duration TRICKLE = Duration.ofMillis(250);
    private static final int BATCH = 200;
    /** So long that an agent cannot have waited for one before it answers. */
    private static final long LONG_SLEEP = 15_000;

    private FloodCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("A25", "closes a connection whose HELLO is not complete within " + HANDSHAKE.toSeconds()
                        + " seconds, even while bytes of it trickle in", "9.2",
                        Bystander.unharmed(FloodCases::slowHello)),
                Case.must("A26", "answers each of 5000 NOTIFYs in flight on one connection exactly once", "9.2",
                        Bystander.unharmed(FloodCases::eachIsAnsweredOnce)).alone(),
                Case.must("A26.limit", "has a limit for the NOTIFYs in flight on one connection, and answers those"
                        + " beyond it at once by its failure policy", "9.2",
                        Bystander.unharmed(FloodCases::beyondTheLimitIsAnsweredAtOnce)).alone(),
                Case.must("A26.disconnect", "answers HAPROXY-DISCONNECT behind 2000 NOTIFYs that still wait", "9.2",
                        Bystander.unharmed(FloodCases::disconnectIsSeen)).alone(),
                Case.must("A26.eof", "closes when the engine does, behind 2000 NOTIFYs that still wait", "9.2",
                        Bystander.unharmed(FloodCases::endOfFileIsSeen)).alone());
    }

    private static void slowHello(Target target) {
        byte[] hello = PeerBytes.muxHello();
        byte[] lengthy = PeerBytes.hello(kv("padding", Value.of("z".repeat(250))), kv("more", Value.NULL));
        Map<String, Peer> slow = new LinkedHashMap<>();
        slow.put("that never came", target.connect());
        slow.put("cut inside LENGTH", target.connect().send(Arrays.copyOf(hello, 3)));
        slow.put("without its last byte", target.connect().send(Arrays.copyOf(hello, hello.length - 1)));
        Peer trickling = target.connect();
        slow.put("of which a byte comes every " + TRICKLE.toMillis() + " ms", trickling);
        long deadline = System.nanoTime() + HANDSHAKE.toNanos();
        int sent = 0;
        while (!slow.isEmpty() && System.nanoTime() < deadline) {
            if (sent < lengthy.length) {
                trickling.sendWhileOpen(new byte[] {lengthy[sent++]});
            }
            Duration each = TRICKLE.dividedBy(slow.size());
            slow.values().removeIf(peer -> peer.endsWithin(each));
        }
        if (!slow.isEmpty()) {
            throw new AssertionError("expected the end of the connection, but after " + HANDSHAKE.toSeconds()
                    + " seconds these were still open: a HELLO " + String.join("; a HELLO ", slow.keySet()));
        }
    }

    private static byte[] sleeps(int first, int number, long millis) {
        return PeerBytes.join(IntStream.range(first, first + number)
                .mapToObj(i -> PeerBytes.notify(i, 1, Contract.sleep(millis)))
                .toArray(byte[][]::new));
    }

    /** Sends so many, and keeps reading: an agent may stop taking NOTIFYs from an engine that takes no ACKs. */
    private static Peer flood(Target target, int number, long millis) {
        Peer peer = target.pipelined();
        for (int sent = 0; sent < number; sent += BATCH) {
            try {
                peer.send(sleeps(1 + sent, BATCH, millis));
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError("after " + sent + " NOTIFYs in flight: " + e.getMessage(), e);
            }
            if (peer.endsWithin(Duration.ofMillis(1))) {
                throw new AssertionError("after " + (sent + BATCH) + " NOTIFYs in flight the agent has ended the"
                        + " connection: " + peer.readToEnd(Duration.ZERO));
            }
        }
        return peer;
    }

    private static boolean hasSlept(Ack ack) {
        return ack.actions().stream().map(Action::name).anyMatch("slept"::equals);
    }

    private static void eachIsAnsweredOnce(Target target) {
        int number = 5_000;
        Peer peer = flood(target, number, 200);
        Set<Long> answered = new HashSet<>();
        while (answered.size() < number) {
            Ack ack;
            try {
                ack = peer.readAck();
            } catch (AssertionError e) {
                throw new AssertionError("after " + answered.size() + " of " + number + " ACKs: " + e.getMessage(), e);
            }
            if (ack.streamId() < 1 || ack.streamId() > number || ack.frameId() != 1) {
                throw new AssertionError(
                        "expected the ACK of a stream from 1 to " + number + ", frame 1, but there came "
                                + ack);
            }
            if (!answered.add(ack.streamId())) {
                throw new AssertionError("expected one ACK for each NOTIFY, but there came a second one: " + ack);
            }
        }
        // nothing may be left over for the connection's next NOTIFY
        RoundTrip.scoring(peer, number + 1L, 1, 1);
    }

    private static void beyondTheLimitIsAnsweredAtOnce(Target target) {
        int number = 20_000;
        Peer peer = flood(target, number, LONG_SLEEP);
        Ack first;
        try {
            first = peer.readAck();
        } catch (AssertionError e) {
            throw new AssertionError(
                    "expected answers by the failure policy before " + number + " NOTIFYs are in flight"
                            + " on one connection, a thousand times what HAProxy has: " + e.getMessage(),
                    e);
        }
        if (hasSlept(first)) {
            throw new AssertionError("expected an answer of the failure policy, but there came " + first);
        }
        peer.reset();
    }

    private static void disconnectIsSeen(Target target) {
        List<Frame> frames = flood(target, 2_000, LONG_SLEEP).sendDisconnect(StatusCode.NORMAL)
                .readToEnd(target.patience());
        Ending.requireAcks(frames);
        Ending.requireStatus(frames, StatusCode.NORMAL);
    }

    private static void endOfFileIsSeen(Target target) {
        Ending.requireAcks(flood(target, 2_000, LONG_SLEEP).halfClose().readToEnd(target.patience()));
    }
}
