package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** X11 to X14: TCP cuts where it likes, and other connections have their say in between. */
final class DeliveryExtra {
    private DeliveryExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X11",
                        "serves another connection while it has half of a HELLO, cut at any byte, and then answers it",
                        "1.1",
                        DeliveryExtra::helloCutAnywhere),
                Case.must("X12",
                        "serves another connection while it has half of a NOTIFY, cut at any byte, and then answers it",
                        "1.1",
                        DeliveryExtra::notifyCutAnywhere),
                Case.must("X13",
                        "serves another connection while it has half of a DISCONNECT, cut at any byte, and then answers it",
                        "1.1", DeliveryExtra::disconnectCutAnywhere),
                Case.must("X14", "answers NOTIFYs that arrive in random pieces across their borders", "1.1",
                        DeliveryExtra::randomPieces));
    }

    /** What is expected of an agent that got the whole frame in two pieces. */
    private interface Due {
        void of(Peer peer, int cut);
    }

    private static void cut(Bystander bystander, Peer peer, byte[] frame, int cut, Due due) {
        try {
            peer.sendInPieces(frame, bystander::isServed, cut);
            due.of(peer, cut);
        } catch (AssertionError | UncheckedIOException e) {
            throw new AssertionError("cut before byte " + cut + " of " + Hex.of(frame) + ": " + e.getMessage(), e);
        }
    }

    private static void helloCutAnywhere(Target target) {
        Bystander bystander = Bystander.of(target);
        byte[] hello = PeerBytes.muxHello();
        for (int cut = 1; cut < hello.length; cut++) {
            try (Peer peer = target.connect()) {
                cut(bystander, peer, hello, cut, (answered, at) -> answered.readHello());
            }
        }
    }

    private static void notifyCutAnywhere(Target target) {
        Bystander bystander = Bystander.of(target);
        Peer peer = target.mux();
        byte[] frame = notify(1);
        for (int cut = 1; cut < frame.length; cut++) {
            cut(bystander, peer, notify(cut), cut,
                    (answered, at) -> Expected.frame("a NOTIFY in two pieces", answered.readFrame(), ack(at)));
        }
    }

    private static byte[] notify(long streamId) {
        return PeerBytes.notify(streamId, 1,
                echo(arg("text", Value.of("a text")), arg("n", Value.of(-2L)), arg("six", new Value.Ipv6(1, 2))));
    }

    private static byte[] ack(long streamId) {
        return Expected.ackOf(streamId, 1,
                echoed(arg("text", Value.of("a text")), arg("n", Value.of(-2L)), arg("six", new Value.Ipv6(1, 2))));
    }

    private static void disconnectCutAnywhere(Target target) {
        Bystander bystander = Bystander.of(target);
        byte[] disconnect = PeerBytes.disconnect(StatusCode.NORMAL);
        for (int cut = 1; cut < disconnect.length; cut++) {
            try (Peer peer = target.mux()) {
                cut(bystander, peer, disconnect, cut, (answered, at) -> Ending.requireStatus(
                        answered.readToEnd(target.patience()), StatusCode.NORMAL));
            }
        }
    }

    private static void randomPieces(Target target) {
        Random random = new Random(target.seed());
        Bystander bystander = Bystander.of(target);
        Peer peer = target.mux();
        int inFlight = ConcurrencyExtra.inFlight(peer);
        for (int round = 0; round < 20; round++) {
            Map<Long, byte[]> due = new HashMap<>();
            List<byte[]> frames = new ArrayList<>();
            for (int i = 1; i <= inFlight; i++) {
                due.put((long) i, ack(i));
                frames.add(notify(i));
            }
            byte[] bytes = PeerBytes.join(frames.toArray(byte[][]::new));
            peer.sendInPieces(bytes, () -> {
                if (random.nextInt(10) == 0) {
                    bystander.isServed();
                }
            }, random.ints(40, 1, bytes.length).sorted().toArray());
            Expected.allOf("NOTIFYs in random pieces", peer, due);
        }
    }
}
