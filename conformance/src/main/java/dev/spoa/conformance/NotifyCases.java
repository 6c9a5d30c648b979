package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.conformance.Contract.isUnset;
import static dev.spoa.conformance.Contract.scoped;
import static dev.spoa.conformance.Contract.scopes;
import static dev.spoa.conformance.Contract.score;
import static dev.spoa.conformance.Contract.scored;
import static dev.spoa.conformance.Contract.unset;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.Varint;
import java.util.ArrayList;
import java.util.List;

/** C16 to C25 and C36, C47, C48: what a NOTIFY may be like. */
final class NotifyCases {
    /** Something of each type, with unnamed, duplicate and empty ones. */
    static final List<Argument> OF_EVERY_TYPE = List.of(arg("null", Value.NULL), arg("t", Value.TRUE),
            arg("f", Value.FALSE), arg("i32", Value.of(-1)), arg("u32", new Value.Uint32(0xFFFF_FFFFL)),
            arg("i64", Value.of(Long.MIN_VALUE)), arg("i64", Value.of(Long.MAX_VALUE)),
            arg("u64", new Value.Uint64(-1)),
            arg("", Value.of("unnamed")), arg("", Value.NULL), arg("v4", new Value.Ipv4(0xC000_0201)),
            arg("v6", new Value.Ipv6(0x2001_0DB8_0000_0000L, 1)), arg("mapped", new Value.Ipv6(0, 0xFFFF_C000_0201L)),
            arg("s", Value.of("héllo")), arg("s", Value.of("again")), arg("empty", Value.of("")),
            arg("b", Value.of(new byte[] {0, -1, 127})), arg("none", Value.of(new byte[0])));

    private NotifyCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C16",
                        "answers a NOTIFY with an ACK that has its ids and what the handler made of its argument",
                        "9.1, 1.5", NotifyCases::oneMessage),
                Case.must("C17", "answers a NOTIFY with stream-id 0", "9.1, 3.1", NotifyCases::streamZero),
                Case.must("C18", "echoes stream-ids and frame-ids byte for byte up to 2^32-1", "9.1, 3.1",
                        target -> ids(target, 1, 239, 240, 255, 2_287, 2_288, 264_431, 264_432, Integer.MAX_VALUE,
                                0xFFFF_FFFFL)),
                Case.should("C18.opaque", "echoes ids that HAProxy does not use: frame-id 0, and up to 2^64-1",
                        "3.1, 1.2",
                        target -> ids(target, 0, 1L << 32, 4_328_786_160L, Long.MAX_VALUE, Long.MIN_VALUE, -1)),
                Case.must("C19", "delivers arguments of every type in order, unnamed and duplicate ones, too",
                        "9.1, 1.3",
                        NotifyCases::everyType),
                Case.must("C20", "keeps 64-bit integers exact", "9.1, 1.2", NotifyCases::integers),
                Case.must("C21", "takes IPv4 and then IPv6 for the same argument", "9.1, 8.2", NotifyCases::addresses),
                Case.must("C22", "keeps every byte of a string, NUL and malformed UTF-8 included", "9.1, 8.2",
                        NotifyCases::bytesOfStrings),
                Case.must("C23", "handles all messages of a NOTIFY in order and answers with one ACK", "9.1, 1.4",
                        NotifyCases::severalMessages),
                Case.must("C24", "answers a NOTIFY without messages with an empty ACK", "9.1, 3.3",
                        NotifyCases::noMessages),
                Case.must("C25", "delivers a message without arguments", "9.1", NotifyCases::noArguments),
                Case.must("C36", "takes a NOTIFY of exactly max-frame-size", "9.1, 1.1", NotifyCases::largest),
                Case.should("C47", "skips a frame of an unknown type between two NOTIFYs", "9.1, 3.6",
                        NotifyCases::unknownType),
                Case.must("C48", "ignores reserved flags of a NOTIFY and sends none itself", "9.1, 1.1",
                        NotifyCases::reservedFlags));
    }

    private static void oneMessage(Target target) {
        Peer peer = target.mux();
        int[] lastBytes = {1, 200, 255, 0};
        for (int i = 0; i < lastBytes.length; i++) {
            peer.send(PeerBytes.notify(2 * i + 1, 1, score(new Value.Ipv4(0xC000_0200 | lastBytes[i]))));
            Expected.ack("get-ip-reputation of 192.0.2." + lastBytes[i], peer.readFrame(), 2 * i + 1, 1,
                    scored(lastBytes[i] % 101));
        }
    }

    private static void streamZero(Target target) {
        Peer peer = target.legacy();
        Argument argument = arg("n", Value.of(5));
        peer.send(PeerBytes.notify(0, 1, echo(argument)));
        Expected.ack("a NOTIFY with stream-id 0", peer.readFrame(), 0, 1, echoed(argument));
    }

    private static void ids(Target target, long... ids) {
        Peer peer = target.legacy();
        for (long id : ids) {
            peer.send(PeerBytes.notify(id, 1, unset("x")));
            Expected.ack("a NOTIFY with stream-id " + Long.toUnsignedString(id), peer.readFrame(), id, 1, isUnset("x"));
            peer.send(PeerBytes.notify(1, id, unset("x")));
            Expected.ack("a NOTIFY with frame-id " + Long.toUnsignedString(id), peer.readFrame(), 1, id, isUnset("x"));
        }
    }

    private static void everyType(Target target) {
        RoundTrip.echoing("echo of every type", target.mux(), 1, 1, OF_EVERY_TYPE.toArray(Argument[]::new));
    }

    private static void integers(Target target) {
        Peer peer = target.mux();
        long streamId = 1;
        for (long n : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1, -1_000, 0, 239, 240, 2_287, 2_288, 264_431,
            264_432, 1L << 31, 1L << 32, (1L << 53) + 1}) {
            RoundTrip.echoing("echo of INT64 " + n, peer, streamId, 1, arg("n", Value.of(n)));
            streamId += 2;
        }
    }

    private static void addresses(Target target) {
        Peer peer = target.mux();
        List<Value> addresses = List.of(new Value.Ipv4(0x0A00_0007), new Value.Ipv6(0x2001_0DB8_0000_0000L, 7),
                new Value.Ipv6(0, 0xFFFF_0A00_0007L));
        long streamId = 1;
        for (Value address : addresses) {
            peer.send(PeerBytes.notify(streamId, 1, score(address)));
            Expected.ack("get-ip-reputation of " + address, peer.readFrame(), streamId, 1, scored(7));
            RoundTrip.echoing("echo of " + address, peer, streamId + 2, 1, arg("ip", address));
            streamId += 4;
        }
    }

    private static void bytesOfStrings(Target target) {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        Peer peer = target.mux();
        RoundTrip.echoing("echo of a STRING with every byte", peer, 1, 1, arg("s", new Value.Str(every)));
        RoundTrip.echoing("echo of a STRING that ends in NUL", peer, 3, 1,
                arg("s", new Value.Str(new byte[] {'a', 0})));
        RoundTrip.echoing("echo of a BINARY with every byte", peer, 5, 1, arg("b", Value.of(every)));
    }

    private static void severalMessages(Target target) {
        Peer peer = target.mux();
        Argument a = arg("a", Value.of(1));
        Argument b = arg("b", Value.of(2));
        peer.send(PeerBytes.notify(1, 1, score(new Value.Ipv4(9)), echo(a), scopes(), echo(b)));
        List<Action> expected = new ArrayList<>(List.of(scored(9)));
        expected.addAll(List.of(echoed(a)));
        expected.addAll(List.of(scoped()));
        expected.addAll(List.of(echoed(b)));
        Expected.ack("four messages in one NOTIFY", peer.readFrame(), 1, 1, expected.toArray(Action[]::new));
        target.requireAnswers(peer);
    }

    private static void noMessages(Target target) {
        Peer peer = target.mux();
        peer.send(PeerBytes.notify(1, 1));
        Expected.ack("a NOTIFY without messages", peer.readFrame(), 1, 1);
    }

    private static void noArguments(Target target) {
        Peer peer = target.mux();
        peer.send(PeerBytes.notify(1, 1, scopes()));
        Expected.ack("scopes, which has no arguments", peer.readFrame(), 1, 1, scoped());
    }

    private static void largest(Target target) {
        Peer peer = target.mux();
        requireLargest(peer, peer.maxLength());
        target.requireAnswers(peer);
    }

    /** A NOTIFY with this LENGTH, most of it an argument without a name, so that the ACK is small. */
    static void requireLargest(Peer peer, int length) {
        Argument named = arg("n", Value.of(length));
        byte[] notify = PeerBytes.notify(1, 1, echo(ofLength(length, named)));
        peer.send(notify);
        Expected.ack("a NOTIFY with LENGTH " + (notify.length - FrameHeader.LENGTH_SIZE), peer.readFrame(), 1, 1,
                echoed(named));
    }

    private static Argument[] ofLength(int length, Argument named) {
        Argument spacer = arg("", Value.NULL);
        // where one more byte of filler makes its own length a byte longer, too, a spacer shifts the rest
        for (Argument[] others : new Argument[][] {{named}, {spacer, named}}) {
            int rest = length - (PeerBytes.notify(1, 1, echo(with(0, others))).length - FrameHeader.LENGTH_SIZE - 1);
            for (int filler = rest - Varint.MAX_SIZE; filler < rest; filler++) {
                if (filler + Varint.size(filler) == rest) {
                    return with(filler, others);
                }
            }
        }
        throw new IllegalArgumentException("no NOTIFY has LENGTH " + length);
    }

    private static Argument[] with(int filler, Argument... others) {
        List<Argument> all = new ArrayList<>(List.of(others));
        all.add(arg("", Value.of(new byte[filler])));
        return all.toArray(Argument[]::new);
    }

    private static void unknownType(Target target) {
        Peer peer = target.mux();
        RoundTrip.echoing("the NOTIFY before", peer, 1, 1, arg("i", Value.of(1)));
        for (int type : new int[] {50, 4, 255}) {
            peer.send(PeerBytes.frame(type, FrameHeader.FIN, 5, 1, new byte[20]));
            RoundTrip.echoing("the NOTIFY behind a frame of type " + type, peer, 3, 1, arg("i", Value.of(2)));
        }
    }

    private static void reservedFlags(Target target) {
        Peer peer = target.mux();
        Argument argument = arg("i", Value.of(1));
        for (int flags : new int[] {0x0000_0005, 0x8000_0001, 0xFFFF_FFFD}) {
            peer.send(PeerBytes.frame(FrameType.NOTIFY, flags, 1, 1, echo(argument)));
            Expected.ack("a NOTIFY with flags %08x".formatted(flags), peer.readFrame(), 1, 1, echoed(argument));
        }
    }
}
