package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.big;
import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.scopes;
import static dev.spoa.conformance.Contract.score;
import static dev.spoa.conformance.Contract.unset;
import static dev.spoa.conformance.Contract.wasBig;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
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
                Case.must("X59", "takes a message with 255 arguments and answers all of them in order", "1.4",
                        GrammarExtra::manyArguments));
    }

    private static void exact(Target target, byte[] message, String actions) {
        Peer peer = target.mux().send(PeerBytes.notify(1, 1, message));
        Expected.frame("a NOTIFY", peer.readFrame(), PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 1, 1,
                PeerBytes.bytes(actions)));
        RoundTrip.echoing(peer, 3, 1, arg("next", Value.of(1)));
    }

    private static void setVar(Target target) {
        exact(target, scopes(), "01 03 00 06 765f70726f63 02 00 01 03 01 06 765f73657373 02 01"
                + "01 03 02 05 765f74786e 02 02 01 03 03 05 765f726571 02 03 01 03 04 05 765f726573 02 04");
        exact(target, score(new Value.Ipv4(0xc000_02ff)),
                "01 03 01 08 69705f73636f7265 02 35");
    }

    private static void unsetVar(Target target) {
        exact(target, unset("gone"), "02 02 02 04 676f6e65");
        exact(target,
                PeerBytes.join(unset("a"),
                        unset("b"),
                        echo(arg("c", Value.TRUE))),
                "02 02 02 01 61 02 02 02 01 62 01 03 02 01 63 11");
    }

    private static void booleans(Target target) {
        exact(target, echo(arg("t", Value.TRUE), arg("f", Value.FALSE), arg("u", Value.TRUE)),
                "01 03 02 01 74 11 01 03 02 01 66 01 01 03 02 01 75 11");
    }

    private static void negatives(Target target) {
        exact(target, echo(arg("a", new Value.Int32(-1)), arg("b", new Value.Int64(-2)),
                arg("c", new Value.Int64(-1_000)), arg("d", new Value.Int64(Long.MIN_VALUE)),
                arg("e", new Value.Int32(Integer.MIN_VALUE))),
                "01 03 02 01 61 02 fff0fefefefefefefe0e 01 03 02 01 62 04 fef0fefefefefefefe0e"
                        + "01 03 02 01 63 04 f8b2fefefefefefefe0e 01 03 02 01 64 04 f0f1fefefefefefefe06"
                        + "01 03 02 01 65 02 " + PeerBytes.hex(PeerBytes.varint(Integer.MIN_VALUE)));
    }

    private static void empties(Target target) {
        exact(target, echo(arg("s", Value.of("")), arg("b", Value.of(new byte[0])), arg("n", Value.NULL)),
                "01 03 02 01 73 08 00 01 03 02 01 62 09 00 01 03 02 01 6e 00");
    }

    private static void mappedAddress(Target target) {
        Value mapped = new Value.Ipv6(0, 0x0000_ffff_c000_0201L);
        exact(target, echo(arg("m", mapped)), "01 03 02 01 6d 07 00000000000000000000ffffc0000201");
        exact(target, score(mapped), "01 03 01 08 69705f73636f7265 02 01");
    }

    private static void largeFrames(Target target) {
        Peer peer = target.engine(PeerBytes.hello(LARGE_FRAMES));
        if (peer.maxLength() < BEYOND_64_KIB + 100) {
            throw new NotRunException("the agent's own max-frame-size is " + peer.maxLength());
        }
        long streamId = 1;
        for (int size : new int[] {65_500, 65_535, 65_536, 65_537, BEYOND_64_KIB}) {
            try {
                peer.send(PeerBytes.notify(streamId, 1, big(size)));
                Expected.ack("a NOTIFY for big", peer.readFrame(), streamId, 1, wasBig(size));
                RoundTrip.echoing(peer, streamId + 2, 1, arg("v", Value.of(new byte[size])));
            } catch (AssertionError e) {
                throw new AssertionError("a value of " + size + " bytes: " + e.getMessage(), e);
            }
            streamId += 4;
        }
    }

    private static void manyArguments(Target target) {
        List<Argument> arguments = new ArrayList<>();
        IntStream.range(0, 255).forEach(i -> arguments.add(arg("v" + i, Value.of(i * 300L))));
        RoundTrip.echoing(target.mux(), 1, 1, arguments.toArray(Argument[]::new));
    }
}
