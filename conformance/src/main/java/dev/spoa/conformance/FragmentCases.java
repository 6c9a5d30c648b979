package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.conformance.Contract.score;
import static dev.spoa.conformance.Contract.scored;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** C45 and C46: fragmented NOTIFYs, which HAProxy up to 3.0 sends to an agent that announces fragmentation. */
final class FragmentCases {
    private static final int MORE = 0;
    private static final Argument TEXT = arg("first", Value.of("a string"));
    private static final Argument LONG = arg("last", Value.of(new byte[300]));
    private static final byte[] HEAD = echo(TEXT);
    private static final byte[] PAYLOAD = PeerBytes.join(HEAD, echo(LONG));
    private static final int LARGE = 40_000;

    private FragmentCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C45", "puts a NOTIFY in three fragments together, cut anywhere, and answers once",
                        "9.1, 3.4",
                        FragmentCases::threePieces),
                Case.must("C45.large", "puts a NOTIFY together that is larger than max-frame-size", "9.1, 3.4",
                        FragmentCases::largerThanAFrame),
                Case.must("C46", "drops the fragments of a NOTIFY that is aborted, and sends no ACK", "9.1, 3.4",
                        FragmentCases::aborted));
    }

    private static byte[] fragment(FrameType type, int flags, long streamId, byte[] payload) {
        return PeerBytes.frame(type, flags, streamId, 1, payload);
    }

    private static byte[] inThree(long streamId, int first, int second) {
        return PeerBytes.join(fragment(FrameType.NOTIFY, MORE, streamId, Arrays.copyOf(PAYLOAD, first)),
                fragment(FrameType.UNSET, MORE, streamId, Arrays.copyOfRange(PAYLOAD, first, second)),
                fragment(FrameType.UNSET, FrameHeader.FIN, streamId,
                        Arrays.copyOfRange(PAYLOAD, second, PAYLOAD.length)));
    }

    private static Action[] expected() {
        List<Action> actions = new ArrayList<>(List.of(echoed(TEXT)));
        actions.addAll(List.of(echoed(LONG)));
        return actions.toArray(Action[]::new);
    }

    private static void threePieces(Target target) {
        Peer peer = target.fragmented();
        Random random = new Random(target.seed());
        // every cut of the first message: in its name, behind its header, behind an argument's name, inside a string
        for (int first = 0; first <= HEAD.length + 10; first++) {
            int second = first + random.nextInt(PAYLOAD.length - first);
            peer.send(inThree(first, first, second));
            Expected.ack("a NOTIFY in fragments cut after " + first + " and " + second + " bytes", peer.readFrame(),
                    first,
                    1, expected());
        }
        target.requireAnswers(peer);
    }

    private static void largerThanAFrame(Target target) {
        Peer peer = target.fragmented();
        byte[] payload = PeerBytes.join(echo(arg("", Value.of(new byte[LARGE]))), score(new Value.Ipv4(3)));
        int piece = peer.maxLength() - 100;
        peer.send(fragment(FrameType.NOTIFY, MORE, 9, Arrays.copyOf(payload, piece)));
        int sent = piece;
        while (payload.length - sent > piece) {
            peer.send(fragment(FrameType.UNSET, MORE, 9, Arrays.copyOfRange(payload, sent, sent + piece)));
            sent += piece;
        }
        peer.send(fragment(FrameType.UNSET, FrameHeader.FIN, 9, Arrays.copyOfRange(payload, sent, payload.length)));
        Expected.ack("a NOTIFY of " + payload.length + " bytes in fragments", peer.readFrame(), 9, 1, scored(3));
        target.requireAnswers(peer);
    }

    private static void aborted(Target target) {
        Peer peer = target.fragmented();
        peer.send(PeerBytes.join(fragment(FrameType.NOTIFY, MORE, 7, Arrays.copyOf(PAYLOAD, 50)),
                fragment(FrameType.UNSET, MORE, 7, Arrays.copyOfRange(PAYLOAD, 50, 60)),
                fragment(FrameType.UNSET, FrameHeader.FIN | FrameHeader.ABORT, 7, new byte[0])));
        target.requireAnswers(peer);
        peer.send(inThree(7, 5, 6));
        Expected.ack("fragments with the ids of those that were aborted", peer.readFrame(), 7, 1, expected());
        target.requireAnswers(peer);
    }
}
