package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.big;
import static dev.spoa.conformance.Contract.wasBig;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** X21 and X22: engines that do not read for a while. */
final class SlowReaderExtra {
    /** So small that the answers soon have to wait in the agent. */
    private static final int RECEIVE_BUFFER = 4_096;
    private static final int READERS = 4;
    private static final int LARGE = 200_000;
    private static final int IN_FLIGHT = 20;
    private static final long OFFER = 1_048_572;
    /** What is in an ACK of big beside the letters, at most. */
    private static final int AROUND = 40;

    private SlowReaderExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X21",
                        "keeps 20 large ACKs for each of 4 engines that do not read, serves others meanwhile, and"
                                + " then delivers every byte",
                        "3.6", SlowReaderExtra::nothingIsLost).alone(),
                Case.must("X22", "survives engines that go away with large ACKs unread", "4.3",
                        Bystander.unharmed(SlowReaderExtra::unreadAcksDoNoHarm)).alone());
    }

    private static void nothingIsLost(Target target) {
        Bystander bystander = Bystander.of(target);
        Map<Peer, Map<Long, byte[]>> due = new LinkedHashMap<>();
        for (int r = 0; r < READERS; r++) {
            Peer reader = target.connect(RECEIVE_BUFFER);
            due.put(reader, sendRequests(reader));
        }
        for (int i = 0; i < 200; i++) {
            bystander.isServed();
        }
        due.forEach((reader, answers) -> {
            Expected.allOf("large ACKs that were not read for a while", reader, answers);
            RoundTrip.echoing(reader, 1_001, 1, arg("afterwards", Value.TRUE));
        });
    }

    /** Each asks for another number of letters, so that two ACKs in the wrong order, or with a piece lost, are seen. */
    private static Map<Long, byte[]> sendRequests(Peer reader) {
        int most = Math.min(LARGE, reader.hello(PeerBytes.hello(OFFER)).maxLength() - AROUND);
        Map<Long, byte[]> due = new HashMap<>();
        for (int i = 0; i < IN_FLIGHT; i++) {
            long streamId = 2L * i + 1;
            int letters = most - i;
            reader.send(PeerBytes.notify(streamId, 1, big(letters)));
            due.put(streamId, Expected.ackOf(streamId, 1, wasBig(letters)));
        }
        return due;
    }

    private static void unreadAcksDoNoHarm(Target target) {
        for (int r = 0; r < 20; r++) {
            Peer reader = target.connect(RECEIVE_BUFFER);
            sendRequests(reader);
            if (r % 2 == 0) {
                reader.close();
            } else {
                reader.reset();
            }
        }
    }
}
