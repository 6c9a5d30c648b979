package dev.spoa.conformance;

import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** X51 to X59: each ACK is one sequence of bytes and no other. */
final class GrammarExtra {
    private static final long LARGE_FRAMES = 1_048_572;
    private static final int BEYOND_64_KIB = 100_000;

    private GrammarExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X51",
                        "writes SET-VAR with a bare scope and name, flags 1, an exact LENGTH and nothing behind",
                        "1.4", GrammarExtra::setVar),
                Case.must("X52", "writes UNSET-VAR as 02 02, a bare scope and a bare name, without a type byte", "1.4",
                        GrammarExtra::unsetVar),
                Case.must("X53", "writes true as 11 and false as 01", "1.3", GrammarExtra::booleans),
                Case.must("X54", "writes negative integers as ten bytes", "1.3", GrammarExtra::negatives),
                Case.must("X55", "writes an empty STRING as 08 00, an empty BINARY as 09 00 and NULL as 00", "1.3",
                        GrammarExtra::empties),
                Case.must("X56", "keeps an IPv6 address that holds an IPv4 one (::ffff:192.0.2.1) as its sixteen bytes",
                        "1.3", GrammarExtra::mappedAddress),
                Case.must("X57", "sends and takes frames above 64 KiB where max-frame-size allows them", "2.1",
                        GrammarExtra::largeFrames),
                Case.must("X58", "answers with the ids that came, byte for byte", "3.1", GrammarExtra::ids),
                Case.must("X59", "takes a message with 255 arguments and answers all of them in order", "1.4",
                        GrammarExtra::manyArguments));
    }

    private static void exact(Target target, byte[] message, String actions) {
        Peer peer = target.mux().send(PeerBytes.notify(1, 1, message));
        Echo.expect(peer, Echo.ack(1, 1, PeerBytes.bytes(actions)));
        Echo.roundTrip(peer, 3, 1, arg("next", Value.of(1)));
    }

    private static void setVar(Target target) {
        exact(target, message("scopes"), "01 03 00 06 765f70726f63 02 00 01 03 01 06 765f73657373 02 01"
                + "01 03 02 05 765f74786e 02 02 01 03 03 05 765f726571 02 03 01 03 04 05 765f726573 02 04");
        exact(target, message("get-ip-reputation", arg("ip", new Value.Ipv4(0xc000_02ff))),
                "01 03 01 08 69705f73636f7265 02 35");
    }

    private static void unsetVar(Target target) {
        exact(target, message("unset", arg("name", Value.of("gone"))), "02 02 02 04 676f6e65");
        exact(target,
                PeerBytes.join(message("unset", arg("name", Value.of("a"))),
                        message("unset", arg("name", Value.of("b"))),
                        message(Echo.NAME, arg("c", Value.TRUE))),
                "02 02 02 01 61 02 02 02 01 62 01 03 02 01 63 11");
    }

    private static void booleans(Target target) {
        exact(target, message(Echo.NAME, arg("t", Value.TRUE), arg("f", Value.FALSE), arg("u", Value.TRUE)),
                "01 03 02 01 74 11 01 03 02 01 66 01 01 03 02 01 75 11");
    }

    private static void negatives(Target target) {
        exact(target, message(Echo.NAME, arg("a", new Value.Int32(-1)), arg("b", new Value.Int64(-2)),
                arg("c", new Value.Int64(-1_000)), arg("d", new Value.Int64(Long.MIN_VALUE)),
                arg("e", new Value.Int32(Integer.MIN_VALUE))),
                "01 03 02 01 61 02 fff0fefefefefefefe0e 01 03 02 01 62 04 fef0fefefefefefefe0e"
                        + "01 03 02 01 63 04 f8b2fefefefefefefe0e 01 03 02 01 64 04 f0f1fefefefefefefe06"
                        + "01 03 02 01 65 02 " + PeerBytes.hex(PeerBytes.varint(Integer.MIN_VALUE)));
    }

    private static void empties(Target target) {
        exact(target, message(Echo.NAME, arg("s", Value.of("")), arg("b", Value.of(new byte[0])), arg("n", Value.NULL)),
                "01 03 02 01 73 08 00 01 03 02 01 62 09 00 01 03 02 01 6e 00");
    }

    private static void mappedAddress(Target target) {
        Value mapped = new Value.Ipv6(0, 0x0000_ffff_c000_0201L);
        exact(target, message(Echo.NAME, arg("m", mapped)), "01 03 02 01 6d 07 00000000000000000000ffffc0000201");
        exact(target, message("get-ip-reputation", arg("ip", mapped)), "01 03 01 08 69705f73636f7265 02 01");
    }

    private static void largeFrames(Target target) {
        Peer peer = target.engine(PeerBytes.hello(LARGE_FRAMES));
        if (peer.maxLength() < BEYOND_64_KIB + 100) {
            throw new NotRunException("the agent's own max-frame-size is " + peer.maxLength());
        }
        long streamId = 1;
        for (int size : new int[] {65_500, 65_535, 65_536, 65_537, BEYOND_64_KIB}) {
            try {
                peer.send(PeerBytes.notify(streamId, 1, message("big", arg("n", Value.of((long) size)))));
                Echo.expect(peer, Echo.ack(streamId, 1, arg("big", Value.of("x".repeat(size)))));
                Echo.roundTrip(peer, streamId + 2, 1, arg("v", Value.of(new byte[size])));
            } catch (AssertionError | ProtocolException e) {
                throw new AssertionError("a value of " + size + " bytes: " + e.getMessage(), e);
            }
            streamId += 4;
        }
    }

    private static void ids(Target target) {
        long[] ids = {0, 1, 239, 240, 255, 2_287, 2_288, 264_431, 264_432, 0x7fff_ffffL, 0xffff_ffffL, 1L << 32,
            Long.MAX_VALUE, -1};
        Peer peer = target.legacy();
        for (long streamId : ids) {
            Echo.roundTrip(peer, streamId, 1, arg("s", Value.of(streamId)));
            Echo.roundTrip(peer, 1, streamId, arg("f", Value.of(streamId)));
        }
    }

    private static void manyArguments(Target target) {
        List<Argument> arguments = new ArrayList<>();
        IntStream.range(0, 255).forEach(i -> arguments.add(arg("v" + i, Value.of(i * 300L))));
        Echo.roundTrip(target.mux(), 1, 1, arguments.toArray(Argument[]::new));
    }
}
