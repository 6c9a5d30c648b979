package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.conformance.Contract.fail;
import static dev.spoa.conformance.Contract.sleep;
import static dev.spoa.conformance.Contract.slept;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Capability;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** X01 to X09: many NOTIFYs at once, slow ones among fast ones, failures among successes. */
final class ConcurrencyExtra {
    private static final int WINDOW = 20;
    private static final int CONNECTIONS = 8;
    private static final int ROUNDS = 25;
    /** More than a pool has that has one thread for each processor. */
    private static final int SLEEPERS = 64;
    /** Long enough that nothing else can take as long by accident. */
    private static final long SLEEP = 2_500;

    private ConcurrencyExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X01",
                        "gives each of 4000 NOTIFYs on 8 connections with 20 in flight its own values back, large"
                                + " and small in turn",
                        "3.2", ConcurrencyExtra::answersAreNotMixedUp),
                Case.must("X02", "answers a fast NOTIFY before a slow one that came earlier on the same connection",
                        "3.2", ConcurrencyExtra::fastOvertakesSlow),
                Case.must("X03", "does not let a slow NOTIFY delay another connection", "7.2",
                        ConcurrencyExtra::slowConnectionDelaysNoOther),
                Case.must("X04", "serves others while " + SLEEPERS + " handlers are slow at once", "7.2",
                        Bystander.unharmed(ConcurrencyExtra::sleepersStarveNobody)).alone(),
                Case.must("X05", "answers 20 NOTIFYs in flight of which every second fails, and keeps the connection",
                        "7.2", Bystander.unharmed(ConcurrencyExtra::failuresAmongSuccesses)),
                Case.must("X07", "sends no ACK on a connection for a NOTIFY of another, even where async is offered and"
                        + " the other has ended", "3.2", ConcurrencyExtra::noAckOnAnotherConnection),
                Case.must("X08", "answers 200 NOTIFYs one after the other that all have the same ids", "3.1",
                        ConcurrencyExtra::idsMayBeUsedAgain),
                Case.must("X09", "works with an engine that offers no capability and has no engine-id", "2.1",
                        ConcurrencyExtra::plainEngineIsServed));
    }

    /** How many NOTIFYs HAProxy has in flight on this connection at most. */
    static int inFlight(Peer peer) {
        return peer.offer().capabilities().contains(Capability.PIPELINING) ? WINDOW : 1;
    }

    /** A value that nobody else has: it says whose it is in its first bytes and in every later one. */
    private static Argument[] uniqueArguments(long number, int connection) {
        int size = number % 2 == 0 ? 3_000 : (int) (number % 17);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < size; i++) {
            text.write((int) (number * 31 + connection * 7L + i));
        }
        return new Argument[] {arg("number", Value.of(number)), arg("connection", Value.of(connection)),
            arg("bytes", Value.of(text.toByteArray()))};
    }

    private static void answersAreNotMixedUp(Target target) {
        List<Peer> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(target.mux());
        }
        long number = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Map<Long, byte[]>> due = new ArrayList<>();
            for (int c = 0; c < CONNECTIONS; c++) {
                Map<Long, byte[]> dueHere = new HashMap<>();
                List<byte[]> segment = new ArrayList<>();
                for (int i = 0; i < inFlight(connections.get(c)); i++) {
                    long streamId = 2L * (round * WINDOW + i) + 1;
                    Argument[] arguments = uniqueArguments(++number, c);
                    dueHere.put(streamId, Expected.ackOf(streamId, 1, echoed(arguments)));
                    segment.add(PeerBytes.notify(streamId, 1, echo(arguments)));
                }
                connections.get(c).send(PeerBytes.join(segment.toArray(byte[][]::new)));
                due.add(dueHere);
            }
            for (int c = 0; c < CONNECTIONS; c++) {
                Expected.allOf("NOTIFYs on connection " + (c + 1) + " of " + CONNECTIONS, connections.get(c),
                        due.get(c));
            }
        }
    }

    private static void requireSlept(Target target, Peer peer, long streamId, long millis) {
        Frame frame = peer.readFrame(target.patience().plusMillis(millis));
        Expected.ack("a NOTIFY that sleeps " + millis + " ms", frame, streamId, 1, slept(millis));
    }

    private static void fastOvertakesSlow(Target target) {
        Peer peer = target.pipelined();
        peer.send(PeerBytes.notify(1, 1, sleep(SLEEP)));
        for (int i = 0; i < 10; i++) {
            RoundTrip.scoring(peer, 3 + 2 * i, 1, i);
        }
        requireSlept(target, peer, 1, SLEEP);
    }

    private static void slowConnectionDelaysNoOther(Target target) {
        Peer slow = target.mux();
        Peer fast = target.mux();
        slow.send(PeerBytes.notify(1, 1, sleep(SLEEP)));
        for (int i = 0; i < 10; i++) {
            RoundTrip.scoring(fast, 1 + 2 * i, 1, i);
        }
        requireNothingYet(slow, "the answer of the slow NOTIFY came before ten fast ones of another connection");
        requireSlept(target, slow, 1, SLEEP);
    }

    private static void requireNothingYet(Peer peer, String failure) {
        Frame frame;
        try {
            frame = peer.readFrame(Duration.ofMillis(1));
        } catch (AssertionError nothing) {
            return;
        }
        throw new AssertionError(failure + ": " + frame);
    }

    private static void sleepersStarveNobody(Target target) {
        List<Peer> sleepers = new ArrayList<>();
        for (int i = 0; i < SLEEPERS; i++) {
            sleepers.add(target.mux());
        }
        sleepers.forEach(peer -> peer.send(PeerBytes.notify(1, 1, sleep(SLEEP))));
        Bystander.of(target).isUnharmed();
        for (Peer peer : sleepers) {
            requireSlept(target, peer, 1, SLEEP);
        }
    }

    private static void failuresAmongSuccesses(Target target) {
        Peer peer = target.mux();
        int inFlight = inFlight(peer);
        for (int round = 0; round < 5; round++) {
            List<byte[]> segment = new ArrayList<>();
            for (int i = 1; i <= inFlight; i++) {
                segment.add(i % 2 == 0 ? PeerBytes.notify(i, 1, fail())
                        : PeerBytes.notify(i, 1, echo(arg("i", Value.of(i)))));
            }
            peer.send(PeerBytes.join(segment.toArray(byte[][]::new)));
            Set<Long> due = LongStream.rangeClosed(1, inFlight).boxed().collect(Collectors.toCollection(TreeSet::new));
            while (!due.isEmpty()) {
                Frame came = peer.readFrame();
                long streamId = came.header().streamId();
                if (!due.remove(streamId)) {
                    throw new AssertionError("expected an ACK of one of the streams " + due + ", once each, but there"
                            + " came " + came);
                }
                if (streamId % 2 == 0) {
                    Expected.failureAnswer("a handler that throws beside others", came, streamId, 1);
                } else {
                    Expected.ack("echo beside handlers that throw", came, streamId, 1,
                            echoed(arg("i", Value.of((int) streamId))));
                }
            }
        }
    }

    private static void noAckOnAnotherConnection(Target target) {
        Peer ending = target.legacy();
        Peer other = target.legacy();
        for (int i = 1; i <= 5; i++) {
            ending.send(PeerBytes.notify(i, 1, sleep(300)));
        }
        ending.close();
        other.send(PeerBytes.notify(9, 1, sleep(600)));
        requireSlept(target, other, 9, 600);
        RoundTrip.echoing(other, 1, 1, arg("own", Value.TRUE));
    }

    private static void idsMayBeUsedAgain(Target target) {
        Peer peer = target.legacy();
        for (int i = 0; i < 200; i++) {
            RoundTrip.scoring(peer, 1, 1, i);
        }
    }

    private static void plainEngineIsServed(Target target) {
        byte[] hello = PeerBytes.hello(PeerBytes.kv("supported-versions", Value.of("2.0")),
                PeerBytes.kv("max-frame-size", new Value.Uint32(PeerBytes.MAX_FRAME_SIZE)),
                PeerBytes.kv("capabilities", Value.of("")));
        for (int c = 0; c < 3; c++) {
            Peer peer = target.connect().hello(hello);
            for (int i = 0; i < 20; i++) {
                RoundTrip.scoring(peer, 1 + 2 * i, 1, i);
            }
        }
    }
}
