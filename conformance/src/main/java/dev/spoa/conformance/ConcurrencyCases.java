package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.big;
import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.conformance.Contract.sleep;
import static dev.spoa.conformance.Contract.slept;
import static dev.spoa.conformance.Contract.wasBig;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** C30 to C33, C37 and C49: many NOTIFYs and many connections at once. */
final class ConcurrencyCases {
    /** What HAProxy has in flight on one connection at most (3.2). */
    private static final int IN_FLIGHT = 20;
    private static final int STEP_MS = 100;
    /** Handlers that end so much earlier must have their ACK earlier, however busy the machine is. */
    private static final int CLEARLY_EARLIER_MS = 500;
    private static final int BURST = 500;

    private ConcurrencyCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C30", "answers each of 20 NOTIFYs that come at once exactly once", "9.1, 3.2",
                        ConcurrencyCases::twentyAtOnce),
                Case.must("C30.pieces", "writes each of 20 large ACKs in one piece, not mixed with another", "9.1, 3.6",
                        ConcurrencyCases::twentyLargeOnes),
                Case.must("C31", "answers in the order in which the handlers end, not in that of the NOTIFYs",
                        "9.1, 3.2",
                        ConcurrencyCases::completionOrder),
                Case.must("C32", "answers on the connection of the NOTIFY, whatever its engine-id and ids", "9.1, 3.1",
                        ConcurrencyCases::ownConnection),
                Case.must("C33", "serves an engine that sends the next NOTIFY only after the ACK", "9.1, 3.2",
                        target -> requireSerial(target.engine(Hellos.serial()))),
                Case.must("C37", "takes a NOTIFY with the ids of one that is pending, and answers twice at most",
                        "9.1, 3.1, 12 g", ConcurrencyCases::sameIdsAgain),
                Case.must("C49", "answers the HELLO of 500 connections that come at once", "9.1, 7.2",
                        ConcurrencyCases::burst).alone());
    }

    /** One NOTIFY after the other on one connection. */
    static void requireSerial(Peer peer) {
        for (int i = 1; i <= IN_FLIGHT; i++) {
            Argument argument = arg("i", Value.of(i));
            RoundTrip.echoing("NOTIFY " + i + " of a serial engine", peer, 7, i, argument);
        }
    }

    private static long streamId(int i) {
        return 2L * i + 1;
    }

    private static void twentyAtOnce(Target target) {
        Map<Long, byte[]> expected = new HashMap<>();
        byte[][] notifies = new byte[IN_FLIGHT][];
        for (int i = 0; i < IN_FLIGHT; i++) {
            Argument argument = arg("i", Value.of(i));
            notifies[i] = PeerBytes.notify(streamId(i), 1, echo(argument));
            expected.put(streamId(i), Expected.ackOf(streamId(i), 1, echoed(argument)));
        }
        allAnswered(target, "20 NOTIFYs in one segment", PeerBytes.join(notifies), expected);
    }

    private static void twentyLargeOnes(Target target) {
        Map<Long, byte[]> expected = new HashMap<>();
        byte[][] notifies = new byte[IN_FLIGHT][];
        for (int i = 0; i < IN_FLIGHT; i++) {
            int n = 16_000 - 700 * i;
            notifies[i] = PeerBytes.notify(streamId(i), 1, sleep(50), big(n));
            expected.put(streamId(i), Expected.ackOf(streamId(i), 1, slept(50), wasBig(n)));
        }
        allAnswered(target, "20 NOTIFYs with large answers at the same moment", PeerBytes.join(notifies), expected);
    }

    private static void allAnswered(Target target, String what, byte[] notifies, Map<Long, byte[]> expected) {
        Peer peer = target.pipelined().send(notifies);
        Expected.allOf(what, peer, expected);
        target.requireAnswers(peer);
    }

    private static void completionOrder(Target target) {
        Peer peer = target.pipelined();
        Map<Long, byte[]> expected = new HashMap<>();
        for (int i = 0; i < IN_FLIGHT; i++) {
            long ms = sleepOf(i);
            peer.send(PeerBytes.notify(streamId(i), 1, sleep(ms)));
            expected.put(streamId(i), Expected.ackOf(streamId(i), 1, slept(ms)));
        }
        List<Long> order = new ArrayList<>();
        while (!expected.isEmpty()) {
            Peer.Frame came = peer.readFrame();
            Expected.oneOf("20 sleeps, the shortest last", came, expected);
            order.add(came.header().streamId());
        }
        for (int i = 0; i < order.size(); i++) {
            for (long later : order.subList(i + 1, order.size())) {
                if (sleepOf(later) + CLEARLY_EARLIER_MS <= sleepOf(order.get(i))) {
                    throw new AssertionError("expected the ACK of stream " + later + ", which slept " + sleepOf(later)
                            + " ms, before that of stream " + order.get(i) + ", which slept " + sleepOf(order.get(i))
                            + " ms, but the ACKs came in the order " + order);
                }
            }
        }
    }

    private static long sleepOf(int i) {
        return (long) STEP_MS * (IN_FLIGHT - i);
    }

    private static long sleepOf(long streamId) {
        return sleepOf((int) (streamId / 2));
    }

    private static void ownConnection(Target target) {
        List<Peer> peers = List.of(target.legacy(), target.legacy(), target.mux());
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).send(PeerBytes.notify(1, 1, sleep(300 - 100 * i)));
        }
        for (int i = peers.size() - 1; i >= 0; i--) {
            Expected.ack("connection " + (i + 1) + " of three with the same engine-id and ids",
                    peers.get(i).readFrame(),
                    1, 1, slept(300 - 100 * i));
        }
        peers.forEach(target::requireAnswers);
    }

    private static void sameIdsAgain(Target target) {
        Peer peer = target.legacy();
        peer.send(PeerBytes.notify(5, 1, sleep(600)));
        target.pause(Duration.ofMillis(50));
        peer.send(PeerBytes.notify(5, 1, sleep(300)));
        int answers = 0;
        while (peer.speaksWithin(answers == 0 ? target.patience() : Duration.ofMillis(1_200))) {
            Peer.Frame came = peer.readFrame();
            answers++;
            byte[] bytes = PeerBytes.bytes(came.hex());
            boolean isOneOfThem = Arrays.equals(bytes, Expected.ackOf(5, 1, slept(600)))
                    || Arrays.equals(bytes, Expected.ackOf(5, 1, slept(300)));
            if (answers > 2 || !isOneOfThem) {
                throw new AssertionError("two NOTIFYs with the same ids: expected at most two ACKs, of one and of the"
                        + " other, but answer " + answers + " was " + came);
            }
        }
        if (answers == 0) {
            throw new AssertionError("two NOTIFYs with the same ids: expected an ACK, but none came within "
                    + target.patience());
        }
        target.requireAnswers(peer);
    }

    private static void burst(Target target) throws InterruptedException {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch left = new CountDownLatch(BURST);
        for (int i = 0; i < BURST; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    target.mux();
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    left.countDown();
                }
            });
        }
        left.await();
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + BURST + " connections were not served, the first: "
                    + failures.element().getMessage(), failures.element());
        }
        target.requireServes();
    }
}
