package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.Peer.Frame;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** What an agent may have sent before a connection ended. */
final class Ending {
    private static final FrameHeader DISCONNECT =
            new FrameHeader(FrameType.AGENT_DISCONNECT.code(), FrameHeader.FIN, 0, 0);

    private Ending() {}

    /** Ends our side and reads what still comes until the agent ends its own. */
    static List<Frame> afterOurs(Peer peer, Duration patience) {
        try {
            peer.halfClose();
        } catch (UncheckedIOException e) {
            // the agent has ended it first, with a reset: what came before that counts all the same
        }
        return peer.readToEnd(patience);
    }

    /** Nothing, or one AGENT-DISCONNECT. */
    static void requireClosed(List<Frame> frames) {
        if (frames.size() > 1 || frames.stream().anyMatch(frame -> !isDisconnect(frame))) {
            throw new AssertionError(
                    "expected the end of the connection and at most one AGENT-DISCONNECT before it, but"
                            + " there came " + frames);
        }
    }

    /** ACKs that can be read, and an AGENT-DISCONNECT as the last frame if there is one. */
    static void requireAcks(List<Frame> frames) {
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            if (isDisconnect(frame) && i < frames.size() - 1) {
                throw new AssertionError("expected nothing behind AGENT-DISCONNECT, but there came "
                        + frames.subList(i + 1, frames.size()));
            }
            if (!isDisconnect(frame)) {
                requireAck(frame);
            }
        }
    }

    private static void requireAck(Frame frame) {
        if (frame.header().type() != FrameType.ACK.code() || frame.header().flags() != FrameHeader.FIN) {
            throw new AssertionError("expected ACKs with flags 1 and at most one AGENT-DISCONNECT, but there came "
                    + frame);
        }
        try {
            ActionList.read(frame.payload());
        } catch (ProtocolException e) {
            throw new AssertionError("expected an ACK that can be read to its end, but at byte " + e.index() + " "
                    + e.getMessage() + "; there came " + frame, e);
        }
    }

    /** The connection ends, and an AGENT-DISCONNECT that gives this reason is all that comes before. */
    static void requireDisconnect(String what, Peer peer, Duration patience, StatusCode status) {
        try {
            List<Frame> frames = peer.readToEnd(patience);
            requireClosed(frames);
            requireStatus(frames, status);
        } catch (AssertionError e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
    }

    private static boolean isDisconnect(Frame frame) {
        return frame.header().type() == FrameType.AGENT_DISCONNECT.code();
    }

    /** The last frame is an AGENT-DISCONNECT that gives this reason. */
    static void requireStatus(List<Frame> frames, StatusCode status) {
        requireStatus(frames, List.of(status));
    }

    /** The last frame is an AGENT-DISCONNECT that gives one of these reasons. */
    static void requireStatus(List<Frame> frames, List<StatusCode> statuses) {
        if (frames.isEmpty()) {
            throw new AssertionError("expected AGENT-DISCONNECT " + statuses
                    + ", but the connection ended without a frame");
        }
        Frame last = frames.getLast();
        if (!last.header().equals(DISCONNECT)
                || !statuses.stream().map(StatusCode::code).toList().contains((int) statusOf(last))) {
            throw new AssertionError(
                    "expected AGENT-DISCONNECT " + statuses + " with flags 1 and ids 0, but there came " + last);
        }
    }

    private static long statusOf(Frame disconnect) {
        try {
            return Disconnect.read(disconnect.payload()).statusCode();
        } catch (ProtocolException e) {
            throw new AssertionError("expected an AGENT-DISCONNECT that can be read, but at byte " + e.index() + " "
                    + e.getMessage() + "; there came " + disconnect, e);
        }
    }
}
