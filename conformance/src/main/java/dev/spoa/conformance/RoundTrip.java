package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.conformance.Contract.scoreOf;
import static dev.spoa.conformance.Contract.scoredOf;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;

/** A NOTIFY, and its ACK, which must be the next frame; one sequence of bytes is right. */
final class RoundTrip {
    private RoundTrip() {}

    static void echoing(String what, Peer peer, long streamId, long frameId, Argument... arguments) {
        peer.send(PeerBytes.notify(streamId, frameId, echo(arguments)));
        Expected.ack(what, peer.readFrame(), streamId, frameId, echoed(arguments));
    }

    static void echoing(Peer peer, long streamId, long frameId, Argument... arguments) {
        echoing("a NOTIFY for echo", peer, streamId, frameId, arguments);
    }

    static void scoring(Peer peer, long streamId, long frameId, long number) {
        peer.send(PeerBytes.notify(streamId, frameId, scoreOf(number)));
        isScored(peer, streamId, frameId, number);
    }

    /** Its second half only. */
    static void isScored(Peer peer, long streamId, long frameId, long number) {
        isScored(peer.readFrame(), streamId, frameId, number);
    }

    static void isScored(Peer.Frame came, long streamId, long frameId, long number) {
        Expected.ack("a NOTIFY for get-ip-reputation", came, streamId, frameId, scoredOf(number));
    }
}
