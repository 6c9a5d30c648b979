package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.echoed;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.kv;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** C01 to C11 and C15: the HELLO. */
final class HelloCases {
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(2);
    private static final int SPLIT_ATTEMPTS = 50;
    /** HAProxy looks at a frame once it has so many bytes of it (1.1). */
    private static final int HEADER = FrameHeader.LENGTH_SIZE + FrameHeader.MIN_LENGTH;

    private HelloCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C01", "answers the HELLO of HAProxy up to 3.0 with an AGENT-HELLO of version 2.0",
                        "9.1, 2.2",
                        target -> answered(target, PeerBytes.legacyHello(), Hellos.DEFAULT_SIZE)),
                Case.must("C01.async", "does not announce async", "9.1, 3.2", HelloCases::doesNotAnnounceAsync),
                Case.must("C02", "answers the HELLO of HAProxy from 3.1 on with an AGENT-HELLO of version 2.0",
                        "9.1, 2.2", target -> answered(target, PeerBytes.muxHello(), Hellos.DEFAULT_SIZE)),
                Case.must("C03", "accepts a HELLO with empty capabilities and answers one NOTIFY after the other",
                        "9.1, 2.1", HelloCases::emptyCapabilities),
                Case.must("C04", "answers a HELLO that comes byte by byte as if it came at once", "9.1",
                        HelloCases::byteByByte),
                Case.must("C05", "does not split its AGENT-HELLO after byte 11 or later: HAProxy would reset",
                        "9.1, 7.1",
                        target -> notSplit(target, HEADER, Integer.MAX_VALUE)).alone(),
                Case.should("C05.early", "does not split its AGENT-HELLO before byte 11", "9.1, 7.1",
                        target -> notSplit(target, 1, HEADER)).alone(),
                Case.must("C06", "agrees on max-frame-size 256 and sends no frame that is larger", "9.1, 2.2",
                        HelloCases::smallestFrameSize),
                Case.must("C07", "accepts a HELLO with max-frame-size 65532, 98300 or 1048572", "9.1, 2.1",
                        HelloCases::largeFrameSizes),
                Case.must("C07.frames", "takes a NOTIFY of the large max-frame-size that it agreed on", "9.1, 2.1",
                        HelloCases::largeFrames),
                Case.must("C08", "finds version 2.0 among others and between blanks", "9.1", HelloCases::versions),
                Case.must("C09", "skips unknown keys of every type", "9.1, 1.4", HelloCases::unknownKeys),
                Case.should("C09.prefix", "takes keys that only begin like known ones for unknown", "9.1, 10",
                        HelloCases::longerKeys),
                Case.must("C10", "takes the keys of a HELLO in any order", "9.1", HelloCases::anyOrder),
                Case.should("C11", "takes max-frame-size as INT32, INT64 and UINT64, too", "9.1, 2.3",
                        HelloCases::anyIntegerType),
                Case.should("C15", "takes healthcheck=false for an ordinary connection", "9.1",
                        HelloCases::healthcheckFalse));
    }

    /** The answer to a HELLO, in all strictness; the connection then serves. */
    private static AgentHelloForm answered(Target target, byte[] hello, long offered) {
        Peer peer = target.connect().send(hello);
        AgentHelloForm form = AgentHelloForm.require(peer.readFrame(), offered);
        target.requireAnswers(peer);
        return form;
    }

    private static void answered(Target target, String what, byte[] hello, long offered) {
        try {
            answered(target, hello, offered);
        } catch (AssertionError e) {
            throw new AssertionError("HELLO with " + what + ": " + e.getMessage(), e);
        }
    }

    private static void doesNotAnnounceAsync(Target target) {
        Peer peer = target.engine(PeerBytes.legacyHello());
        if (peer.offer().capabilities().contains(Capability.ASYNC)) {
            throw new AssertionError("expected capabilities without async, but there came " + peer.offer());
        }
    }

    private static void emptyCapabilities(Target target) {
        Peer peer = target.connect().send(Hellos.serial());
        AgentHelloForm.require(peer.readFrame(), Hellos.DEFAULT_SIZE);
        ConcurrencyCases.requireSerial(peer);
    }

    private static void byteByByte(Target target) {
        byte[] hello = PeerBytes.muxHello();
        byte[] whole = PeerBytes.bytes(target.connect().send(hello).readFrame().hex());
        Peer peer = target.connect();
        for (byte one : hello) {
            peer.send(new byte[] {one});
            target.pause(BETWEEN_BYTES);
        }
        Expected.frame("AGENT-HELLO for a HELLO in single bytes", peer.readFrame(), whole);
        target.requireAnswers(peer);
    }

    /** Only what the kernel shows apart can be seen, so it is tried many times. */
    private static void notSplit(Target target, int from, int to) {
        for (int i = 0; i < SPLIT_ATTEMPTS; i++) {
            Peer peer = target.connect().send(PeerBytes.muxHello());
            int cut = peer.readBusily().length;
            while (!peer.hasFrame()) {
                if (cut >= from && cut < to) {
                    throw new AssertionError("expected AGENT-HELLO in one write, but in attempt " + (i + 1)
                            + " its first " + cut + " bytes came alone");
                }
                cut += peer.readBusily().length;
            }
            peer.close();
        }
    }

    private static void smallestFrameSize(Target target) {
        Peer peer = target.connect();
        peer.hello(Hellos.mux(FrameHeader.MIN_MAX_FRAME_SIZE));
        Long size = peer.offer().maxFrameSize();
        if (size == null || size != FrameHeader.MIN_MAX_FRAME_SIZE) {
            throw new AssertionError("expected max-frame-size 256, which is what was offered and the least there is,"
                    + " but there came " + peer.offer());
        }
        for (int n = 200; n < 300; n++) {
            ReplyCases.requireBig(peer, n, n);
        }
        target.requireAnswers(peer);
    }

    private static void largeFrameSizes(Target target) {
        for (int offered : new int[] {65_532, 98_300, 1_048_572}) {
            answered(target, "max-frame-size " + offered, Hellos.mux(offered), offered);
        }
    }

    private static void largeFrames(Target target) {
        for (int offered : new int[] {65_532, 98_300, 1_048_572}) {
            Peer peer = target.engine(Hellos.mux(offered));
            NotifyCases.requireLargest(peer, peer.maxLength());
            target.requireAnswers(peer);
        }
    }

    private static void versions(Target target) {
        for (String versions : List.of("2.0, 1.5", " 2.0 ", "1.0,2.0", "1.5 , 2.0,3.0")) {
            answered(target, "supported-versions \"" + versions + "\"",
                    PeerBytes.hello(kv("supported-versions", Value.of(versions)), Hellos.SIZE, Hellos.PIPELINING,
                            Hellos.ENGINE_ID),
                    Hellos.DEFAULT_SIZE);
        }
    }

    private static void unknownKeys(Target target) {
        for (Argument one : NotifyCases.OF_EVERY_TYPE) {
            byte[] unknown = kv("x-" + one.name(), one.value());
            answered(target, "an unknown key of type " + one.value().type(),
                    PeerBytes.hello(unknown, Hellos.VERSIONS, unknown,
                            Hellos.SIZE, unknown, Hellos.PIPELINING, Hellos.ENGINE_ID, unknown),
                    Hellos.DEFAULT_SIZE);
        }
    }

    /** HAProxy itself takes them for the known ones (10, 25), so nobody has to be stricter. */
    private static void longerKeys(Target target) {
        for (String known : List.of("supported-versions", "max-frame-size", "capabilities", "engine-id",
                "healthcheck")) {
            byte[] unknown = kv(known + "-x", Value.TRUE);
            answered(target, "an unknown key that begins like " + known,
                    PeerBytes.hello(Hellos.VERSIONS, Hellos.SIZE, Hellos.PIPELINING, Hellos.ENGINE_ID, unknown),
                    Hellos.DEFAULT_SIZE);
        }
    }

    private static void anyOrder(Target target) {
        for (List<byte[]> order : orders(List.of(Hellos.VERSIONS, Hellos.SIZE, Hellos.PIPELINING, Hellos.ENGINE_ID))) {
            byte[] hello = PeerBytes.hello(order.toArray(byte[][]::new));
            answered(target, "its keys in another order, " + PeerBytes.hex(hello), hello, Hellos.DEFAULT_SIZE);
        }
    }

    private static List<List<byte[]>> orders(List<byte[]> pairs) {
        if (pairs.isEmpty()) {
            return List.of(List.of());
        }
        List<List<byte[]>> all = new ArrayList<>();
        for (int first = 0; first < pairs.size(); first++) {
            List<byte[]> others = new ArrayList<>(pairs);
            byte[] chosen = others.remove(first);
            for (List<byte[]> rest : orders(others)) {
                List<byte[]> order = new ArrayList<>(List.of(chosen));
                order.addAll(rest);
                all.add(order);
            }
        }
        return all;
    }

    private static void anyIntegerType(Target target) {
        for (Value size : List.of(Value.of(4_096), Value.of(4_096L), new Value.Uint64(4_096))) {
            answered(target, "max-frame-size as " + size.type(), PeerBytes.hello(Hellos.VERSIONS,
                    kv("max-frame-size", size), Hellos.PIPELINING, Hellos.ENGINE_ID), 4_096);
        }
    }

    private static void healthcheckFalse(Target target) {
        Peer peer =
                target.connect().send(PeerBytes.hello(Hellos.VERSIONS, Hellos.SIZE, Hellos.PIPELINING, Hellos.ENGINE_ID,
                        kv("healthcheck", Value.FALSE)));
        AgentHelloForm.require(peer.readFrame(), Hellos.DEFAULT_SIZE);
        Argument argument = arg("a", Value.of(1));
        peer.send(PeerBytes.notify(1, 1, echo(argument)));
        Expected.ack("a NOTIFY after healthcheck=false", peer.readFrame(), 1, 1, echoed(argument));
    }
}
