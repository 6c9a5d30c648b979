package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Compares what came with what was expected, and says both. */
final class Expected {
    private Expected() {}

    /** Exactly these bytes. */
    static void frame(String what, Peer.Frame came, byte[] expected) {
        byte[] bytes = PeerBytes.bytes(came.hex());
        int at = firstDifference(bytes, expected);
        if (at >= 0) {
            throw new AssertionError(what + ": expected " + byteAt(expected, at) + " at byte " + at
                    + ", but there came " + byteAt(bytes, at) + "\nexpected: " + Peer.Frame.of(expected)
                    + "\ncame:     "
                    + came);
        }
    }

    /** LENGTH follows from the rest, so that a difference in the rest says more. */
    private static int firstDifference(byte[] came, byte[] expected) {
        int behindLength =
                Arrays.mismatch(came, FrameHeader.LENGTH_SIZE, came.length, expected, FrameHeader.LENGTH_SIZE,
                        expected.length);
        return behindLength >= 0 ? FrameHeader.LENGTH_SIZE + behindLength : Arrays.mismatch(came, expected);
    }

    private static String byteAt(byte[] bytes, int at) {
        return at < bytes.length ? "%02x".formatted(bytes[at]) : "the end";
    }

    /** An ACK with these ids and exactly these actions, which may be none. */
    static void ack(String what, Peer.Frame came, long streamId, long frameId, Action... actions) {
        frame(what, came, ackOf(streamId, frameId, actions));
    }

    /** One of these, by their stream-ids, byte for byte. It is taken out of them, so that a second one is an error. */
    static void oneOf(String what, Peer.Frame came, Map<Long, byte[]> expected) {
        byte[] one = expected.remove(came.header().streamId());
        if (one == null) {
            throw new AssertionError(
                    what + ": expected an ACK of one of the streams " + new TreeSet<>(expected.keySet())
                            + ", once each, but there came " + came);
        }
        frame(what, came, one);
    }

    /** All of these, in any order, and nothing between them. */
    static void allOf(String what, Peer peer, Map<Long, byte[]> expected) {
        Map<Long, byte[]> left = new HashMap<>(expected);
        while (!left.isEmpty()) {
            oneOf(what, peer.readFrame(), left);
        }
    }

    /** The bytes of an ACK. */
    static byte[] ackOf(long streamId, long frameId, Action... actions) {
        ByteBuf payload = Unpooled.buffer();
        for (Action action : actions) {
            ActionList.write(payload, action);
        }
        return PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, streamId, frameId, ByteBufUtil.getBytes(payload));
    }

    /** What the failure policy may answer: an ACK without actions, or with one SET-VAR in {@code txn}. */
    static void failureAnswer(String what, Peer.Frame came, long streamId, long frameId) {
        List<Action> actions = actions(what, came, streamId, frameId);
        if (actions.size() > 1 || !actions.stream().allMatch(Expected::isErrorVariable)) {
            throw new AssertionError(what + ": expected an ACK without actions or with one SET-VAR in txn,"
                    + " but there came " + came);
        }
    }

    /** What the failure policy may set. */
    static boolean isErrorVariable(Action action) {
        return action instanceof Action.SetVar set && set.scope() == Scope.TRANSACTION;
    }

    /** The actions of an ACK with these ids, read as strictly as can be. */
    static List<Action> actions(String what, Peer.Frame came, long streamId, long frameId) {
        FrameHeader expected = new FrameHeader(FrameType.ACK.code(), FrameHeader.FIN, streamId, frameId);
        if (!came.header().equals(expected)) {
            throw new AssertionError(what + ": expected an ACK with flags 1, stream " + Long.toUnsignedString(streamId)
                    + " and frame " + Long.toUnsignedString(frameId) + ", but there came " + came);
        }
        try {
            return ActionList.read(came.payload());
        } catch (ProtocolException e) {
            throw new AssertionError(what + ": byte " + e.index() + " of the ACK: " + e.getMessage()
                    + "; there came " + came, e);
        }
    }
}
