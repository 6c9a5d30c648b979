package dev.spoa.conformance;

import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Ack;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Capability;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
                Case.must("X06", "takes back only what the failing one of three messages had done", "7.2",
                        ConcurrencyExtra::failureConcernsItsMessageOnly),
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
                    dueHere.put(streamId, Echo.ack(streamId, 1, arguments));
                    segment.add(Echo.notify(streamId, 1, arguments));
                }
                connections.get(c).send(PeerBytes.join(segment.toArray(byte[][]::new)));
                due.add(dueHere);
            }
            for (int c = 0; c < CONNECTIONS; c++) {
                readAll(connections.get(c), due.get(c));
            }
        }
    }

    /** Reads so many frames as are due, in any order. */
    static void readAll(Peer peer, Map<Long, byte[]> due) {
        Map<Long, byte[]> left = new HashMap<>(due);
        while (!left.isEmpty()) {
            Frame frame = peer.readFrame();
            byte[] expected = left.remove(frame.header().streamId());
            if (expected == null) {
                throw new AssertionError("expected an ACK of one of the streams " + left.keySet() + ", but there came "
                        + frame);
            }
            Expected.frame("stream " + frame.header().streamId(), frame, expected);
        }
    }

    private static byte[] sleep(long streamId, long millis) {
        return PeerBytes.notify(streamId, 1, message("sleep", arg("ms", Value.of(millis))));
    }

    private static byte[] slept(long streamId, long millis) {
        return Echo.ack(streamId, 1, arg("slept", Value.of(millis)));
    }

    private static void requireSlept(Target target, Peer peer, long streamId, long millis) {
        Frame frame = peer.readFrame(target.patience().plusMillis(millis));
        Expected.frame("a NOTIFY that sleeps " + millis + " ms", frame, slept(streamId, millis));
    }

    private static void fastOvertakesSlow(Target target) {
        Peer peer = target.pipelined();
        peer.send(sleep(1, SLEEP));
        for (int i = 0; i < 10; i++) {
            Reputation.roundTrip(peer, 3 + 2 * i, 1, i);
        }
        requireSlept(target, peer, 1, SLEEP);
    }

    private static void slowConnectionDelaysNoOther(Target target) {
        Peer slow = target.mux();
        Peer fast = target.mux();
        slow.send(sleep(1, SLEEP));
        for (int i = 0; i < 10; i++) {
            Reputation.roundTrip(fast, 1 + 2 * i, 1, i);
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
        sleepers.forEach(peer -> peer.send(sleep(1, SLEEP)));
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
                segment.add(i % 2 == 0 ? PeerBytes.notify(i, 1, message("fail"))
                        : Echo.notify(i, 1, arg("i", Value.of(i))));
            }
            peer.send(PeerBytes.join(segment.toArray(byte[][]::new)));
            for (Ack ack : peer.readAcks(inFlight)) {
                if (ack.streamId() % 2 == 0) {
                    requirePolicy(ack.actions());
                } else {
                    requireActions(List.of(set("i", Value.of((int) ack.streamId()))), ack.actions());
                }
            }
        }
    }

    private static Action set(String name, Value value) {
        return new Action.SetVar(Scope.TRANSACTION, name, value);
    }

    private static void requireActions(List<Action> expected, List<Action> came) {
        if (!expected.equals(came)) {
            throw new AssertionError("expected " + expected + ", but there came " + came);
        }
    }

    /** The answer of a failure policy: nothing, or one variable of the transaction. */
    private static void requirePolicy(List<Action> actions) {
        if (!actions.isEmpty() && !isOneVariable(actions)) {
            throw new AssertionError("expected the answer of the failure policy, no action or one SET-VAR in txn, but"
                    + " there came " + actions);
        }
    }

    private static boolean isOneVariable(List<Action> actions) {
        return actions.size() == 1 && actions.getFirst() instanceof Action.SetVar set
                && set.scope() == Scope.TRANSACTION;
    }

    private static void failureConcernsItsMessageOnly(Target target) {
        Peer peer = target.mux().send(PeerBytes.notify(1, 1, message(Echo.NAME, arg("before", Value.of(1))),
                message("fail"), message(Echo.NAME, arg("after", Value.of(2)))));
        List<Action> left = new ArrayList<>(peer.readAck(1, 1));
        for (Action due : List.of(set("before", Value.of(1)), set("after", Value.of(2)))) {
            if (!left.remove(due)) {
                throw new AssertionError(
                        "expected " + due + " in the answer to echo, fail and echo, but of it there are"
                                + " only " + left + " left");
            }
        }
        requirePolicy(left);
        Echo.roundTrip(peer, 3, 1, arg("later", Value.TRUE));
    }

    private static void noAckOnAnotherConnection(Target target) {
        Peer ending = target.legacy();
        Peer other = target.legacy();
        for (int i = 1; i <= 5; i++) {
            ending.send(sleep(i, 300));
        }
        ending.close();
        other.send(sleep(9, 600));
        requireSlept(target, other, 9, 600);
        Echo.roundTrip(other, 1, 1, arg("own", Value.TRUE));
    }

    private static void idsMayBeUsedAgain(Target target) {
        Peer peer = target.legacy();
        for (int i = 0; i < 200; i++) {
            Reputation.roundTrip(peer, 1, 1, i);
        }
    }

    private static void plainEngineIsServed(Target target) {
        byte[] hello = PeerBytes.hello(PeerBytes.kv("supported-versions", Value.of("2.0")),
                PeerBytes.kv("max-frame-size", new Value.Uint32(PeerBytes.MAX_FRAME_SIZE)),
                PeerBytes.kv("capabilities", Value.of("")));
        for (int c = 0; c < 3; c++) {
            Peer peer = target.connect().hello(hello);
            for (int i = 0; i < 20; i++) {
                Reputation.roundTrip(peer, 1 + 2 * i, 1, i);
            }
        }
    }
}
