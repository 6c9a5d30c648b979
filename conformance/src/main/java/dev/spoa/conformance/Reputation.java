package dev.spoa.conformance;

import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;

/**
 * The message {@code get-ip-reputation} of the fixture contract, and the ACK that is due for it. It is what even the
 * smallest agent can do, so it is asked wherever a case only wants to know whether the agent still serves.
 */
final class Reputation {
    private static final int NETWORK = 0xc000_0200;
    private static final int ADDRESSES = 256;
    private static final int SCORES = 101;

    private Reputation() {}

    /** Asks for one of 256 addresses, of which more than one has the same score. */
    static byte[] notify(long streamId, long frameId, long number) {
        Value ip = new Value.Ipv4(NETWORK + (int) (number % ADDRESSES));
        return PeerBytes.notify(streamId, frameId, PeerBytes.message("get-ip-reputation", arg("ip", ip)));
    }

    static void expect(Peer peer, long streamId, long frameId, long number) {
        requireAck(peer.readFrame(), streamId, frameId, number);
    }

    static void requireAck(Frame came, long streamId, long frameId, long number) {
        Value score = Value.of((int) (number % ADDRESSES) % SCORES);
        Expected.ack("a NOTIFY for get-ip-reputation", came, streamId, frameId,
                new Action.SetVar(Scope.SESSION, "ip_score", score));
    }

    static void roundTrip(Peer peer, long streamId, long frameId, long number) {
        peer.send(notify(streamId, frameId, number));
        expect(peer, streamId, frameId, number);
    }
}
