package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** The message {@code echo} of the fixture contract, and the ACK that is due for it: one sequence of bytes is right. */
final class Echo {
    static final String NAME = "echo";

    private Echo() {}

    static byte[] notify(long streamId, long frameId, Argument... arguments) {
        return PeerBytes.notify(streamId, frameId, PeerBytes.message(NAME, arguments));
    }

    /** The whole ACK. */
    static byte[] ack(long streamId, long frameId, Argument... arguments) {
        ByteBuf actions = Unpooled.buffer();
        for (Argument argument : arguments) {
            if (!argument.name().isEmpty()) {
                ActionList.write(actions, new Action.SetVar(Scope.TRANSACTION, argument.name(), argument.value()));
            }
        }
        return ack(streamId, frameId, ByteBufUtil.getBytes(actions));
    }

    static byte[] ack(long streamId, long frameId, byte[] actions) {
        return PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, streamId, frameId, actions);
    }

    /** Sends a NOTIFY and reads its ACK, which must be the next frame. */
    static void roundTrip(Peer peer, long streamId, long frameId, Argument... arguments) {
        peer.send(notify(streamId, frameId, arguments));
        expect(peer, ack(streamId, frameId, arguments));
    }

    /** The next frame must be this one, byte for byte. */
    static void expect(Peer peer, byte[] expected) {
        Expected.frame("the ACK", peer.readFrame(), expected);
    }
}
