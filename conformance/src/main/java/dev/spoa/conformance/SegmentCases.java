package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** C34 and C35: frames that do not arrive one by one. */
final class SegmentCases {
    private static final Duration UNTIL_READ = Duration.ofMillis(5);
    private static final Argument ARGUMENT = arg("name", Value.of("value"));

    private SegmentCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C34", "handles a NOTIFY once that is cut in two at any byte", "9.1, 1.1",
                        SegmentCases::cutAnywhere),
                Case.must("C34.bytes", "handles a NOTIFY that comes byte by byte", "9.1, 1.1",
                        SegmentCases::byteByByte),
                Case.must("C35", "handles three frames and a half that come at once", "9.1, 1.1",
                        SegmentCases::threeAndAHalf));
    }

    private static void cutAnywhere(Target target) {
        Peer peer = target.mux();
        int size = PeerBytes.notify(1, 1, echo(ARGUMENT)).length;
        for (int cut = 1; cut < size; cut++) {
            peer.sendInPieces(PeerBytes.notify(cut, 1, echo(ARGUMENT)), () -> target.pause(UNTIL_READ), cut);
            Expected.ack("a NOTIFY cut after " + cut + " bytes", peer.readFrame(), cut, 1, echoed(ARGUMENT));
        }
        target.requireAnswers(peer);
    }

    private static void byteByByte(Target target) {
        Peer peer = target.mux();
        byte[] notify = PeerBytes.notify(1, 1, echo(ARGUMENT));
        peer.sendInPieces(notify, () -> target.pause(UNTIL_READ), IntStream.range(1, notify.length).toArray());
        Expected.ack("a NOTIFY in single bytes", peer.readFrame(), 1, 1, echoed(ARGUMENT));
        target.requireAnswers(peer);
    }

    private static void threeAndAHalf(Target target) {
        Peer peer = target.pipelined();
        Map<Long, byte[]> expected = IntStream.range(0, 4).boxed().collect(
                Collectors.toMap(i -> 2L * i + 1, i -> Expected.ackOf(2 * i + 1, 1, echoed(arg("i", Value.of(i))))));
        byte[][] notifies = IntStream.range(0, 4)
                .mapToObj(i -> PeerBytes.notify(2 * i + 1, 1, echo(arg("i", Value.of(i))))).toArray(byte[][]::new);
        byte[] all = PeerBytes.join(notifies);
        int cut = all.length - notifies[3].length / 2;
        peer.send(Arrays.copyOf(all, cut));
        for (int i = 0; i < 3; i++) {
            Expected.oneOf("one of three NOTIFYs before half a one", peer.readFrame(), expected);
        }
        target.pause(UNTIL_READ);
        peer.send(Arrays.copyOfRange(all, cut, all.length));
        Expected.oneOf("the NOTIFY of which half came before", peer.readFrame(), expected);
        target.requireAnswers(peer);
    }
}
