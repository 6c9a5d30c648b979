package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.big;
import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.conformance.Contract.fail;
import static dev.spoa.conformance.Contract.isUnset;
import static dev.spoa.conformance.Contract.scoped;
import static dev.spoa.conformance.Contract.scopes;
import static dev.spoa.conformance.Contract.unset;
import static dev.spoa.conformance.Contract.wasBig;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** C26 to C29, C50 and C51: what an ACK says. */
final class ReplyCases {
    /** What an agent may keep of a frame for itself, as HAProxy does (3.5). */
    private static final int RESERVE = 32;
    private static final byte[] UNKNOWN = PeerBytes.message("who-knows", arg("a", Value.of("b")), arg("", Value.NULL));

    private ReplyCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C26", "answers a NOTIFY with an unknown message: by an empty ACK or an error variable",
                        "9.1, 7.2", ReplyCases::unknownMessage),
                Case.should("C26.others", "handles the other messages of a NOTIFY with an unknown one", "9.1",
                        target -> keepsOthers(target, UNKNOWN)),
                Case.must("C27", "answers when a handler throws: by an empty ACK or an error variable; the connection"
                        + " goes on", "9.1, 7.2", ReplyCases::handlerThrows),
                Case.must("C27.others", "takes back only the actions of the message that failed", "9.1, 7.2",
                        target -> keepsOthers(target, fail())),
                Case.must("C28", "encodes SET-VAR in each scope with bare scope and name", "9.1, 1.4",
                        ReplyCases::scope),
                Case.must("C28.bool", "encodes true as 11 and false as 01", "9.1, 1.3",
                        target -> encodes(target, Value.TRUE, Value.FALSE)),
                Case.must("C28.integers", "encodes integers of every type, negative ones as ten bytes", "9.1, 1.2",
                        target -> encodes(target, Value.of(-1), new Value.Uint32(65_536), Value.of(-1_000L),
                                Value.of(1_234L), new Value.Uint64(-1))),
                Case.must("C28.addresses", "encodes IPv4 as 4 bytes and IPv6 as 16, ::ffff:a.b.c.d too", "9.1, 1.3",
                        target -> encodes(target, new Value.Ipv4(0xC000_0201),
                                new Value.Ipv6(0x2001_0DB8_0000_0000L, 1),
                                new Value.Ipv6(0, 0xFFFF_C000_0201L))),
                Case.must("C28.strings", "encodes STRING and BINARY, empty ones and long ones, too", "9.1, 1.3",
                        target -> encodes(target, Value.of("hi"), Value.of(""), Value.of("x".repeat(240)),
                                Value.of("x".repeat(2_288)), Value.of(new byte[] {0, -1}), Value.of(new byte[0]),
                                Value.of(new byte[300]))),
                Case.must("C29", "encodes UNSET-VAR as 02 02 with bare scope and name", "9.1, 1.4",
                        ReplyCases::unsetVar),
                Case.must("C29.null", "encodes SET-VAR of NULL with the value 00", "9.1, 1.3",
                        target -> encodes(target, Value.NULL)),
                Case.must("C50", "sends no ACK above max-frame-size, but answers by its policy", "9.1, 3.6",
                        ReplyCases::tooBig),
                Case.should("C50.full", "sends HAProxy from 3.1 on no ACK of max-frame-size to the byte: its connection"
                        + " would stall", "13", ReplyCases::neverFull),
                Case.untestable("C51", "rejects a variable name that HAProxy would not accept", "9.1, 3.7",
                        "it is a matter of the agent's API, which nobody sees from outside"));
    }

    private static void unknownMessage(Target target) {
        Peer peer = target.mux();
        peer.send(PeerBytes.notify(1, 1, UNKNOWN));
        Expected.failureAnswer("an unknown message", peer.readFrame(), 1, 1);
        target.requireAnswers(peer);
    }

    private static void handlerThrows(Target target) {
        Peer peer = target.mux();
        peer.send(PeerBytes.notify(1, 1, fail()));
        Expected.failureAnswer("a handler that throws", peer.readFrame(), 1, 1);
        target.requireAnswers(peer);
        target.requireServes();
    }

    private static void keepsOthers(Target target, byte[] failing) {
        Peer peer = target.mux();
        Argument a = arg("a", Value.of(1));
        Argument b = arg("b", Value.of(2));
        peer.send(PeerBytes.notify(1, 1, echo(a), failing, echo(b)));
        Peer.Frame came = peer.readFrame();
        List<Action> others = new ArrayList<>(Expected.actions("two messages and one that fails", came, 1, 1));
        List<Action> expected = new ArrayList<>(List.of(echoed(a)));
        expected.addAll(List.of(echoed(b)));
        others.stream().filter(action -> !expected.contains(action)).filter(Expected::isErrorVariable).findFirst()
                .ifPresent(others::remove);
        if (!others.equals(expected)) {
            throw new AssertionError("a message that fails between two others: expected " + expected + " and at most"
                    + " one SET-VAR in txn more, but there came " + came);
        }
        target.requireAnswers(peer);
    }

    private static void scope(Target target) {
        Peer peer = target.mux();
        peer.send(PeerBytes.notify(1, 1, scopes()));
        Expected.ack("scopes", peer.readFrame(), 1, 1, scoped());
    }

    private static void encodes(Target target, Value... values) {
        Peer peer = target.mux();
        for (int i = 0; i < values.length; i++) {
            Argument argument = arg("v", values[i]);
            peer.send(PeerBytes.notify(2 * i + 1, 1, echo(argument)));
            Expected.ack("echo of " + argument.value().type(), peer.readFrame(), 2 * i + 1, 1, echoed(argument));
        }
    }

    private static void unsetVar(Target target) {
        Peer peer = target.mux();
        peer.send(PeerBytes.notify(1, 1, unset("foo")));
        Expected.ack("unset of foo", peer.readFrame(), 1, 1, isUnset("foo"));
        // HAProxy drops in silence what stands behind a malformed action
        Argument behind = arg("behind", Value.of(1));
        peer.send(PeerBytes.notify(3, 1, unset("foo"), echo(behind)));
        Expected.ack("unset of foo, and echo", peer.readFrame(), 3, 1, isUnset("foo"), echoed(behind)[0]);
    }

    private static void tooBig(Target target) {
        for (Peer peer : List.of(target.mux(), target.legacy())) {
            int max = peer.maxLength();
            for (int n = max - 2 * RESERVE; n <= max + RESERVE; n += 3) {
                requireBig(peer, n, n);
            }
            requireBig(peer, 1, 1_000_000);
            peer.send(PeerBytes.notify(3, 1, echo(arg("a", Value.of(1))), big(1_000_000)));
            Expected.actions("echo, and an action that is too large", peer.readFrame(), 3, 1);
            target.requireAnswers(peer);
        }
    }

    /**
     * An ACK with a string of n letters, or the failure policy's answer where that would not fit. A frame above what was
     * agreed on is an error in any case.
     */
    static void requireBig(Peer peer, long streamId, int n) {
        peer.send(PeerBytes.notify(streamId, 1, big(n)));
        Peer.Frame came = peer.readFrame();
        byte[] full = Expected.ackOf(streamId, 1, wasBig(n));
        int length = full.length - 4;
        if (length <= peer.maxLength() - RESERVE) {
            Expected.frame("big with n=" + n, came, full);
        } else if (length > peer.maxLength() || !Arrays.equals(PeerBytes.bytes(came.hex()), full)) {
            Expected.failureAnswer("big with n=" + n + " where " + peer.maxLength() + " bytes were agreed on", came,
                    streamId, 1);
        }
    }

    private static void neverFull(Target target) {
        Peer peer = target.mux();
        int n = peer.maxLength() - (Expected.ackOf(1, 1, wasBig(peer.maxLength())).length - 4 - peer.maxLength());
        peer.send(PeerBytes.notify(1, 1, big(n)));
        Peer.Frame came = peer.readFrame();
        if (came.length() == peer.maxLength()) {
            throw new AssertionError("expected an ACK of less than " + peer.maxLength()
                    + " bytes, because one of exactly max-frame-size stalls HAProxy from 3.1 on, but there came "
                    + came);
        }
    }
}
