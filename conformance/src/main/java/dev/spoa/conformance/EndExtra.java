package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.sleep;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.kv;

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

/** X62 to X68: connections that end while something is going on, and DISCONNECTs and HELLOs with something odd in them. */
final class EndExtra {
    /** Far above the time that anything is waited for. */
    private static final long LONG_SLEEP = 15_000;
    private static final int BUSY = 300;

    private EndExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X62", "answers HAPROXY-DISCONNECT in one segment with " + BUSY + " NOTIFYs before it", "4.3",
                        Bystander.unharmed(EndExtra::disconnectWhileBusy)),
                Case.must("X63", "sends nothing behind AGENT-DISCONNECT when HAPROXY-DISCONNECT races its ACKs", "4.3",
                        Bystander.unharmed(EndExtra::disconnectRacesAcks)),
                Case.must("X64", "closes without a malformed frame when NOTIFYs are followed at once by a FIN", "4.3",
                        Bystander.unharmed(EndExtra::endOfFileBehindNotify)),
                Case.must("X65", "answers HAPROXY-DISCONNECT with any status, and with unknown keys of every type",
                        "4.1",
                        Bystander.unharmed(EndExtra::oddDisconnects)),
                Case.must("X66", "closes a connection whose DISCONNECT is malformed or without keys", "4.1",
                        Bystander.unharmed(EndExtra::malformedDisconnects)),
                Case.must("X67",
                        "sends nothing behind AGENT-DISCONNECT when a malformed frame comes behind good NOTIFYs",
                        "4.3", Bystander.unharmed(EndExtra::malformedBehindGood)),
                Case.must("X68",
                        "takes or refuses a HELLO whose optional keys have the wrong type, and does not leave it"
                                + " unanswered",
                        "2.1", Bystander.unharmed(EndExtra::mistypedOptionalKeys)));
    }

    private static void disconnectWhileBusy(Target target) {
        Peer peer = target.pipelined();
        List<byte[]> segment = new ArrayList<>();
        for (int i = 1; i <= BUSY; i++) {
            segment.add(PeerBytes.notify(i, 1, sleep(LONG_SLEEP)));
        }
        segment.add(PeerBytes.disconnect(StatusCode.NORMAL));
        requireAnswered(target, peer.send(PeerBytes.join(segment.toArray(byte[][]::new))));
    }

    private static void requireAnswered(Target target, Peer peer) {
        List<Frame> frames = peer.readToEnd(target.patience());
        Ending.requireAcks(frames);
        Ending.requireStatus(frames, StatusCode.NORMAL);
    }

    private static byte[] echoes(int number) {
        List<byte[]> segment = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            segment.add(PeerBytes.notify(i, 1, echo(arg("i", Value.of(i)))));
        }
        return PeerBytes.join(segment.toArray(byte[][]::new));
    }

    private static void disconnectRacesAcks(Target target) {
        for (int round = 0; round < 50; round++) {
            try (Peer peer = target.mux()) {
                requireAnswered(target, peer.send(PeerBytes.join(echoes(ConcurrencyExtra.inFlight(peer)),
                        PeerBytes.disconnect(StatusCode.NORMAL))));
            }
        }
    }

    private static void endOfFileBehindNotify(Target target) {
        for (int round = 0; round < 50; round++) {
            try (Peer peer = target.mux()) {
                peer.send(echoes(ConcurrencyExtra.inFlight(peer))).halfClose();
                Ending.requireAcks(peer.readToEnd(target.patience()));
            }
        }
    }

    private static byte[] disconnect(byte[]... pairs) {
        return PeerBytes.frame(FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0, PeerBytes.join(pairs));
    }

    private static byte[] status(long code) {
        return kv("status-code", new Value.Uint32(code));
    }

    private static void oddDisconnects(Target target) {
        byte[] message = kv("message", Value.of("odd"));
        Map<String, byte[]> odd = new LinkedHashMap<>();
        for (long code : new long[] {1, 2, 3, 10, 12, 99, 100, 255, 0xffff_ffffL}) {
            odd.put("status " + code, disconnect(status(code), message));
        }
        odd.put("status as INT64", disconnect(kv("status-code", Value.of(0L)), message));
        odd.put("keys in the other order", disconnect(message, status(0)));
        odd.put("an empty message", disconnect(status(0), kv("message", Value.of(""))));
        odd.put("a message of 1000 bytes", disconnect(status(0), kv("message", Value.of("m".repeat(1_000)))));
        List<Value> values = List.of(Value.NULL, Value.TRUE, Value.of(-1), new Value.Uint32(1), Value.of(-1L),
                new Value.Uint64(-1), new Value.Ipv4(1), new Value.Ipv6(1, 2), Value.of("s"), Value.of(new byte[3]));
        for (Value value : values) {
            odd.put("an unknown key of type " + value.type(), disconnect(kv("x-unknown", value), status(0), message));
        }
        odd.forEach((name, bytes) -> {
            try (Peer peer = target.mux().send(bytes)) {
                List<Frame> frames = peer.readToEnd(target.patience());
                Ending.requireClosed(frames);
                Ending.requireStatus(frames, StatusCode.NORMAL);
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError("DISCONNECT with " + name + " (sent " + Hex.of(bytes) + "): " + e.getMessage(),
                        e);
            }
        });
    }

    /** HAProxy always sends both keys (4.1), so that an agent may answer or refuse one without them. */
    private static void malformedDisconnects(Target target) {
        List<byte[]> malformed = List.of(disconnect(kv("status-code", Value.of("0"))),
                disconnect(kv("message", Value.of(0))),
                disconnect(PeerBytes.bytes("0b 73")), disconnect(PeerBytes.bytes("01 61 0f")),
                disconnect(PeerBytes.bytes("f0")),
                disconnect(PeerBytes.bytes("fff0fefefefefefefe0e 61")),
                disconnect(PeerBytes.bytes("0b7374617475732d636f6465 03 f0")),
                disconnect(status(0), PeerBytes.bytes("07 6d657373616765 08 05 6162")), disconnect());
        for (byte[] bytes : malformed) {
            try (Peer peer = target.mux().send(bytes)) {
                Ending.requireClosed(peer.readToEnd(target.patience()));
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError("sent " + Hex.of(bytes) + ": " + e.getMessage(), e);
            }
        }
    }

    private static void malformedBehindGood(Target target) {
        for (int round = 0; round < 50; round++) {
            try (Peer peer = target.mux()) {
                peer.send(PeerBytes.join(echoes(ConcurrencyExtra.inFlight(peer)), new byte[4], echoes(1)));
                Ending.requireAcks(peer.readToEnd(target.patience()));
            }
        }
    }

    private static void mistypedOptionalKeys(Target target) {
        byte[] versions = kv("supported-versions", Value.of("2.0"));
        byte[] size = kv("max-frame-size", new Value.Uint32(PeerBytes.MAX_FRAME_SIZE));
        byte[] capabilities = kv("capabilities", Value.of("pipelining"));
        MalformedHelloCases.isDecided(target, "capabilities BOOL",
                PeerBytes.hello(versions, size, kv("capabilities", Value.TRUE)));
        MalformedHelloCases.isDecided(target, "capabilities INT64",
                PeerBytes.hello(versions, size, kv("capabilities", Value.of(1L))));
        MalformedHelloCases.isDecided(target, "healthcheck STRING",
                PeerBytes.hello(versions, size, capabilities, kv("healthcheck", Value.of("true"))));
        MalformedHelloCases.isDecided(target, "engine-id INT32",
                PeerBytes.hello(versions, size, capabilities, kv("engine-id", Value.of(1))));
        MalformedHelloCases.isDecided(target, "engine-id BINARY",
                PeerBytes.hello(versions, size, capabilities, kv("engine-id", Value.of(new byte[16]))));
    }
}
