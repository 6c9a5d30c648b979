package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.echo;
import static dev.spoa.conformance.Contract.scoreOf;
import static dev.spoa.engine.raw.PeerBytes.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A01 to A03, A20 to A24 and A27: frames whose header is wrong, or that come where they must not. */
final class MalformedFrameCases {
    private static final int MORE = 0;
    private static final byte[] NOTHING = {};
    private static final byte[] PAYLOAD = echo(arg("first", Value.of("a string")));
    private static final byte[] BEGUN = PeerBytes.frame(FrameType.NOTIFY, MORE, 7, 1, Arrays.copyOf(PAYLOAD, 9));
    /** No agent needs more than this for one NOTIFY of an engine whose buffer is 16 KiB. */
    private static final int MORE_THAN_ANY_LIMIT = 64 << 20;

    private MalformedFrameCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(lengthZero().cases());
        cases.addAll(lengthTooSmall().cases());
        cases.addAll(lengthTooBig().cases());
        cases.add(Case.must("A20",
                "closes a connection whose NOTIFY is without FIN where fragmentation is not announced,"
                        + " handles nothing of it, and goes on serving",
                "9.2",
                Bystander.unharmed(MalformedFrameCases::unannouncedFragmentIsRefused)));
        cases.add(Case.should("A20.status", "says AGENT-DISCONNECT 10 to a NOTIFY without FIN where fragmentation is"
                + " not announced", "9.2", MalformedFrameCases::unannouncedFragmentIsExplained));
        cases.add(Case.must("A21", "closes or ignores, and never acknowledges, an UNSET frame that continues nothing",
                "9.2", Bystander.unharmed(target -> strayFragments(target, false))));
        cases.add(
                Case.should("A21.status", "says AGENT-DISCONNECT 12 to an UNSET frame that continues nothing, unless it"
                        + " ignores it", "9.2", target -> strayFragments(target, true)));
        cases.addAll(interlaced().cases());
        cases.add(Case.must("A23", "closes a connection whose fragments never end at a limit of its own", "9.2",
                Bystander.unharmed(target -> endlessFragments(target, false))).alone());
        cases.add(Case.should("A23.status", "says AGENT-DISCONNECT 3 to fragments that never end", "9.2",
                target -> endlessFragments(target, true)).alone());
        cases.addAll(framesOfAnAgent().cases());
        cases.add(Case.must("A27", "ignores what comes behind HAPROXY-DISCONNECT, and closes", "9.2",
                Bystander.unharmed(target -> bytesBehindDisconnect(target, false))));
        cases.add(Case.should("A27.status", "says AGENT-DISCONNECT 0 to HAPROXY-DISCONNECT whatever comes behind it",
                "9.2", target -> bytesBehindDisconnect(target, true)));
        return cases;
    }

    private static Abuse lengthZero() {
        return Abuse.of("A01", "a connection whose LENGTH is 0", StatusCode.INVALID_FRAME)
                .anywhere("LENGTH 0", new byte[4])
                .later("LENGTH 0 with a good NOTIFY behind it",
                        PeerBytes.join(new byte[4], PeerBytes.notify(1, 1, echo())));
    }

    private static Abuse lengthTooSmall() {
        Abuse abuse = Abuse.of("A02", "a connection whose LENGTH is from 1 to 6", StatusCode.INVALID_FRAME);
        for (int length = 1; length < FrameHeader.MIN_LENGTH; length++) {
            byte[] body = Arrays.copyOf(PeerBytes.bytes("03 00000001 01"), length);
            byte[] frame = PeerBytes.join(new byte[] {0, 0, 0, (byte) length}, body);
            abuse.anywhere("LENGTH " + length, frame);
            abuse.later("LENGTH " + length + " with a good NOTIFY behind it",
                    PeerBytes.join(frame, PeerBytes.notify(1, 1, echo())));
        }
        return abuse;
    }

    private static Abuse lengthTooBig() {
        String max = "%08x".formatted(PeerBytes.MAX_FRAME_SIZE + 1);
        Abuse abuse = Abuse.of("A03", "a connection whose LENGTH is above the limit, before any of the body comes",
                StatusCode.FRAME_TOO_BIG);
        for (String length : List.of(max, "00100001", "7fffffff", "80000000", "ffffffff")) {
            abuse.later("LENGTH 0x" + length, PeerBytes.bytes(length));
            abuse.later("LENGTH 0x" + length + " and a header", PeerBytes.bytes(length + "03 00000001 01 01"));
        }
        for (String length : List.of("7fffffff", "80000000", "ffffffff")) {
            abuse.first("LENGTH 0x" + length, PeerBytes.bytes(length));
        }
        return abuse.later("LENGTH 0xffffffff and a body",
                PeerBytes.join(PeerBytes.bytes("ffffffff"), new byte[100_000]));
    }

    // Fragments

    private static byte[] more(int flags, long streamId, byte[] payload) {
        return PeerBytes.frame(FrameType.UNSET, flags, streamId, 1, payload);
    }

    private static boolean fragments(Peer peer) {
        return peer.offer().capabilities().contains(Capability.FRAGMENTATION);
    }

    private static void unannouncedFragmentIsRefused(Target target) {
        boolean tried = false;
        for (byte[] hello : List.of(PeerBytes.muxHello(), PeerBytes.legacyHello())) {
            Peer peer = target.engine(hello);
            if (!fragments(peer)) {
                tried = true;
                refuse(target, peer, "a NOTIFY without FIN", BEGUN);
            }
        }
        if (!tried) {
            throw new NotRunException("the agent announces fragmentation");
        }
    }

    private static void unannouncedFragmentIsExplained(Target target) {
        Peer peer = target.legacy();
        if (fragments(peer)) {
            throw new NotRunException("the agent announces fragmentation");
        }
        Ending.requireStatus(refuse(target, peer, "a NOTIFY without FIN", BEGUN),
                StatusCode.FRAGMENTATION_NOT_SUPPORTED);
    }

    private static List<Frame> refuse(Target target, Peer peer, String name, byte[] bytes) {
        try (peer) {
            List<Frame> frames = peer.sendWhileOpen(bytes).readToEnd(target.patience());
            Ending.requireClosed(frames);
            return frames;
        } catch (AssertionError | UncheckedIOException e) {
            throw new AssertionError(name + " (sent " + Hex.of(bytes) + "): " + e.getMessage(), e);
        }
    }

    private static void strayFragments(Target target, boolean status) {
        Map<String, byte[]> strays = new LinkedHashMap<>();
        strays.put("UNSET with FIN", more(FrameHeader.FIN, 7, PAYLOAD));
        strays.put("UNSET without FIN", more(MORE, 7, PAYLOAD));
        strays.put("UNSET with FIN and ABORT", more(FrameHeader.FIN | FrameHeader.ABORT, 7, NOTHING));
        strays.forEach((name, stray) -> {
            try (Peer peer = target.legacy()) {
                // the NOTIFY tells an agent that ignores the fragment from one that says nothing
                byte[] notify = PeerBytes.notify(9, 1, scoreOf(7));
                peer.sendWhileOpen(PeerBytes.join(stray, notify))
                        .sendWhileOpen(PeerBytes.disconnect(StatusCode.NORMAL));
                List<Frame> frames = peer.readToEnd(target.patience());
                boolean ignored = !frames.isEmpty() && frames.getFirst().header().type() == FrameType.ACK.code();
                if (ignored) {
                    RoundTrip.isScored(frames.getFirst(), 9, 1, 7);
                    Ending.requireClosed(frames.subList(1, frames.size()));
                } else if (status) {
                    Ending.requireStatus(frames, StatusCode.FRAME_ID_NOT_FOUND);
                } else {
                    Ending.requireClosed(frames);
                }
            } catch (AssertionError | UncheckedIOException e) {
                throw new AssertionError(name + " (sent " + Hex.of(stray) + "): " + e.getMessage(), e);
            }
        });
    }

    private static Abuse interlaced() {
        byte[] part = Arrays.copyOfRange(PAYLOAD, 9, 12);
        return Abuse.of("A22", "a connection that mixes the fragments of two frames", StatusCode.INTERLACED_FRAMES)
                .fragments("UNSET of another stream", PeerBytes.join(BEGUN, more(MORE, 9, part)))
                .fragments("the last UNSET of another stream", PeerBytes.join(BEGUN, more(FrameHeader.FIN, 9, part)))
                .fragments("UNSET of another frame",
                        PeerBytes.join(BEGUN, PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN, 7, 2, part)))
                .fragments("the beginning of another stream",
                        PeerBytes.join(BEGUN, PeerBytes.frame(FrameType.NOTIFY, MORE, 9, 1, part)));
    }

    private static void endlessFragments(Target target, boolean status) {
        Peer peer = target.fragmented();
        byte[] piece = more(MORE, 7, new byte[16_000]);
        peer.send(BEGUN);
        for (int sent = 0; sent < MORE_THAN_ANY_LIMIT; sent += piece.length) {
            peer.sendWhileOpen(piece);
            if (peer.endsWithin(Duration.ZERO)) {
                break;
            }
        }
        List<Frame> frames;
        try {
            frames = peer.readToEnd(target.patience());
        } catch (AssertionError e) {
            throw new AssertionError("after " + MORE_THAN_ANY_LIMIT + " bytes of fragments of one NOTIFY: "
                    + e.getMessage(), e);
        }
        Ending.requireClosed(frames);
        if (status) {
            Ending.requireStatus(frames, StatusCode.FRAME_TOO_BIG);
        }
    }

    // Frames in the wrong place

    private static Abuse framesOfAnAgent() {
        Abuse abuse = Abuse.of("A24", "a connection that sends a frame of an agent", StatusCode.INVALID_FRAME);
        for (FrameType type : List.of(FrameType.AGENT_HELLO, FrameType.AGENT_DISCONNECT, FrameType.ACK)) {
            abuse.anywhere(type + " without payload", PeerBytes.frame(type, FrameHeader.FIN, 0, 0, NOTHING));
            abuse.later(type + " on stream 1", PeerBytes.frame(type, FrameHeader.FIN, 1, 1, NOTHING));
        }
        return abuse;
    }

    private static void bytesBehindDisconnect(Target target, boolean status) {
        byte[] disconnect = PeerBytes.disconnect(StatusCode.NORMAL);
        Map<String, byte[]> behind = new LinkedHashMap<>();
        behind.put("a NOTIFY", PeerBytes.notify(1, 1, echo(arg("a", Value.of(1)))));
        behind.put("a second DISCONNECT", disconnect);
        behind.put("a HELLO", PeerBytes.muxHello());
        behind.put("LENGTH 0", new byte[4]);
        behind.put("LENGTH 0xffffffff", PeerBytes.bytes("ffffffff"));
        behind.put("100000 zeros", new byte[100_000]);
        behind.forEach((name, bytes) -> {
            List<Frame> frames =
                    refuse(target, target.mux(), name + " behind DISCONNECT", PeerBytes.join(disconnect, bytes));
            if (status) {
                Ending.requireStatus(frames, StatusCode.NORMAL);
            }
        });
    }
}
