package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.kv;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A04 to A12 and A16: what is wrong with a HELLO, or comes instead of one. */
final class MalformedHelloCases {
    private static final byte[] VERSIONS = versions("2.0");
    private static final byte[] SIZE = size(new Value.Uint32(PeerBytes.MAX_FRAME_SIZE));
    private static final byte[] CAPABILITIES = kv("capabilities", Value.of("pipelining"));
    private static final byte[] GOOD = PeerBytes.join(VERSIONS, SIZE, CAPABILITIES);
    /** What a HELLO has to offer at least. */
    private static final int SMALLEST = FrameHeader.MIN_MAX_FRAME_SIZE;

    private MalformedHelloCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.add(otherProtocols().closes(Level.MUST));
        cases.addAll(otherFrames().cases());
        cases.addAll(secondHello().cases());
        cases.addAll(withoutFin().shouldCases());
        cases.addAll(withIds().shouldCases());
        cases.addAll(withoutAKey().cases());
        cases.add(Case.must("A09.capabilities",
                "takes or refuses a HELLO without capabilities, and does not leave it unanswered", "9.2",
                Bystander.unharmed(target -> isDecided(target, "capabilities are missing",
                        PeerBytes.hello(VERSIONS, SIZE)))));
        cases.add(Case.should("A09.capabilities.status",
                "says AGENT-DISCONNECT 7 if it refuses a HELLO without capabilities",
                "9.2", target -> {
                    List<Frame> refusal =
                            isDecided(target, "capabilities are missing", PeerBytes.hello(VERSIONS, SIZE));
                    if (refusal.isEmpty()) {
                        throw new NotRunException(
                                "the agent takes a HELLO without capabilities, or refuses it without a word");
                    }
                    Ending.requireStatus(refusal, StatusCode.CAPABILITIES_NOT_FOUND);
                }));
        cases.addAll(oldVersions().cases());
        cases.add(otherVersions().closes(Level.SHOULD));
        cases.addAll(mistyped().cases());
        cases.addAll(tooSmall().cases());
        cases.add(Case.must("A12.huge", "takes a HELLO with a huge max-frame-size and answers its own maximum", "9.2",
                Bystander.unharmed(MalformedHelloCases::hugeIsClamped)));
        cases.addAll(emptyKeys().shouldCases());
        return cases;
    }

    private static byte[] versions(String versions) {
        return kv("supported-versions", Value.of(versions));
    }

    private static byte[] size(Value size) {
        return kv("max-frame-size", size);
    }

    private static byte[] hello(int flags, long streamId, long frameId) {
        return PeerBytes.frame(FrameType.HAPROXY_HELLO, flags, streamId, frameId, GOOD);
    }

    private static Abuse otherProtocols() {
        return Abuse.of("A04", "a connection that speaks another protocol", StatusCode.FRAME_TOO_BIG)
                .first("an HTTP request", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII))
                .first("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII))
                .first("an SSH greeting", "SSH-2.0-OpenSSH_9.6\r\n".getBytes(US_ASCII))
                .first("a TLS ClientHello", PeerBytes.bytes("16030100c4010000c00303"))
                .first("a PROXY line", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".getBytes(US_ASCII))
                .first("two line ends of a telnet", "\r\n\r\n".getBytes(US_ASCII));
    }

    private static Abuse otherFrames() {
        return Abuse.of("A05", "a connection whose first frame is not HAPROXY-HELLO", StatusCode.INVALID_FRAME)
                .first("NOTIFY", PeerBytes.notify(1, 1, echo(arg("a", Value.of(1)))))
                .first("NOTIFY and then a good HELLO",
                        PeerBytes.join(PeerBytes.notify(1, 1, echo()), PeerBytes.muxHello()))
                .first("UNSET", PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN, 1, 1, new byte[0]))
                .first("a frame of type 50", PeerBytes.frame(50, FrameHeader.FIN, 0, 0, new byte[0]));
    }

    private static Abuse secondHello() {
        return Abuse.of("A06", "a connection that says HELLO twice", StatusCode.INVALID_FRAME)
                .later("the same HELLO", PeerBytes.muxHello())
                .later("the HELLO of a health check", PeerBytes.healthCheck())
                .later("a HELLO with a NOTIFY behind it",
                        PeerBytes.join(PeerBytes.muxHello(), PeerBytes.notify(1, 1, echo())));
    }

    private static Abuse withoutFin() {
        return Abuse.of("A07", "a connection whose HELLO is without FIN", StatusCode.FRAGMENTATION_NOT_SUPPORTED,
                StatusCode.INVALID_FRAME).first("flags 0", hello(0, 0, 0));
    }

    private static Abuse withIds() {
        return Abuse.of("A08", "a connection whose HELLO has a stream-id or frame-id", StatusCode.INVALID_FRAME)
                .first("stream-id 1", hello(FrameHeader.FIN, 1, 0))
                .first("frame-id 1", hello(FrameHeader.FIN, 0, 1))
                .first("both 2^64-1", hello(FrameHeader.FIN, -1, -1));
    }

    private static Abuse withoutAKey() {
        return Abuse.of("A09", "a connection whose HELLO is without a version or a size",
                StatusCode.VERSION_NOT_FOUND, StatusCode.MAX_FRAME_SIZE_NOT_FOUND)
                .first("supported-versions is missing", PeerBytes.hello(SIZE, CAPABILITIES),
                        StatusCode.VERSION_NOT_FOUND)
                .first("max-frame-size is missing", PeerBytes.hello(VERSIONS, CAPABILITIES),
                        StatusCode.MAX_FRAME_SIZE_NOT_FOUND)
                .first("every key is missing", PeerBytes.hello(new byte[0][]))
                .first("\"version\" in place of supported-versions",
                        PeerBytes.hello(kv("version", Value.of("2.0")), SIZE, CAPABILITIES));
    }

    private static Abuse oldVersions() {
        return Abuse.of("A10", "a connection that offers only old versions", StatusCode.UNSUPPORTED_VERSION)
                .first("1.0", PeerBytes.hello(versions("1.0"), SIZE, CAPABILITIES))
                .first("1.0,1.5", PeerBytes.hello(versions("1.0,1.5"), SIZE, CAPABILITIES));
    }

    private static Abuse otherVersions() {
        Abuse abuse = Abuse.of("A10.other", "a connection that offers only newer versions or none that can be read",
                StatusCode.UNSUPPORTED_VERSION);
        for (String versions : List.of("3.0", "2.1", "20.0", "2.0.0", "2", "2.", ".0", "")) {
            abuse.first('"' + versions + '"', PeerBytes.hello(versions(versions), SIZE, CAPABILITIES));
        }
        return abuse;
    }

    private static Abuse mistyped() {
        return Abuse.of("A11", "a connection whose HELLO has a version or size of the wrong type",
                StatusCode.INVALID_FRAME)
                .first("supported-versions INT32 2", PeerBytes.hello(kv("supported-versions", Value.of(2)), SIZE,
                        CAPABILITIES))
                .first("supported-versions NULL",
                        PeerBytes.hello(kv("supported-versions", Value.NULL), SIZE, CAPABILITIES))
                .first("supported-versions IPV6", PeerBytes.hello(kv("supported-versions", new Value.Ipv6(2, 0)), SIZE,
                        CAPABILITIES))
                .first("max-frame-size STRING", PeerBytes.hello(VERSIONS, size(Value.of("16380")), CAPABILITIES))
                .first("max-frame-size BINARY",
                        PeerBytes.hello(VERSIONS, size(Value.of(new byte[] {0x3f, (byte) 0xfc})),
                                CAPABILITIES))
                .first("max-frame-size BOOL", PeerBytes.hello(VERSIONS, size(Value.TRUE), CAPABILITIES));
    }

    private static Abuse tooSmall() {
        Abuse abuse = Abuse.of("A12", "a connection that offers a max-frame-size below " + SMALLEST,
                StatusCode.BAD_MAX_FRAME_SIZE);
        for (int size : new int[] {0, 1, 255}) {
            abuse.first("max-frame-size " + size,
                    PeerBytes.hello(VERSIONS, size(new Value.Uint32(size)), CAPABILITIES));
        }
        return abuse;
    }

    private static Abuse emptyKeys() {
        return Abuse.of("A16", "a connection that sends an empty key", StatusCode.INVALID_FRAME)
                .first("an empty key at the end of HELLO", PeerBytes.hello(GOOD, kv("", Value.NULL)))
                .first("an empty key at the beginning of HELLO", PeerBytes.hello(kv("", Value.of("x")), GOOD))
                .later("an empty key in DISCONNECT",
                        PeerBytes.frame(FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0, kv("", Value.of(0))));
    }

    private static void hugeIsClamped(Target target) {
        Map<String, Value> sizes = new LinkedHashMap<>();
        sizes.put("UINT32 2^32-1", new Value.Uint32(0xffff_ffffL));
        sizes.put("UINT32 2^40", new Value.Uint32(1L << 40));
        sizes.put("UINT64 2^40", new Value.Uint64(1L << 40));
        sizes.put("INT64 2^63-1", new Value.Int64(Long.MAX_VALUE));
        sizes.forEach((name, size) -> {
            try (Peer peer = target.connect().send(PeerBytes.hello(VERSIONS, size(size), CAPABILITIES))) {
                long answer = peer.readHello().maxFrameSize();
                if (answer < SMALLEST || answer > 0xffff_ffffL) {
                    throw new AssertionError("expected a max-frame-size from " + SMALLEST + " to 2^32-1, but "
                            + Long.toUnsignedString(answer) + " came");
                }
                RoundTrip.scoring(peer, 1, 1, 7);
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError("max-frame-size " + name + ": " + e.getMessage(), e);
            }
        });
    }

    /**
     * The connection is either closed or gets its AGENT-HELLO.
     *
     * @return the AGENT-DISCONNECT with which it was closed, or nothing
     */
    static List<Frame> isDecided(Target target, String name, byte[] hello) {
        try (Peer peer = target.connect().send(hello)) {
            if (!peer.endsOrSpeaksWithin(target.patience())) {
                throw new AssertionError(
                        "expected AGENT-HELLO or the end of the connection, but there came nothing within "
                                + target.patience());
            }
            List<Frame> frames = Ending.afterOurs(peer, target.patience());
            if (frames.isEmpty() || frames.getFirst().header().type() != FrameType.AGENT_HELLO.code()) {
                Ending.requireClosed(frames);
                return frames;
            }
            Ending.requireClosed(frames.subList(1, frames.size()));
            return List.of();
        } catch (AssertionError | UncheckedIOException e) {
            throw new AssertionError(name + " (sent " + Hex.of(hello) + "): " + e.getMessage(), e);
        }
    }
}
