package dev.spoa.agent;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameReader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;

/**
 * What one connection receives: cuts it into frames, puts fragments together, and gives whole NOTIFYs to the
 * {@link Dispatcher}. Event loop only.
 */
final class Receiver {
    private final Connection connection;
    private final Dispatcher dispatcher;
    private final AgentContext agent;
    private final FrameReader reader;
    private final Reassembly reassembly;
    /** How much of {@link Limits#incompleteBytes()} is ours. */
    private int incomplete;

    Receiver(Connection connection, Dispatcher dispatcher, AgentContext agent, int maxLength) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.agent = agent;
        this.reader = new FrameReader(agent.arrays, maxLength, connection);
        this.reassembly = new Reassembly(agent.arrays, agent.limits.reassembledSize());
    }

    /** Sets the largest LENGTH that is accepted from the next frame on. */
    void maxLength(int maxLength) {
        reader.maxLength(maxLength);
    }

    void read(ByteBuf in) {
        if (reader.readHeld(in)) {
            if (connection.isAwaitingNotify() && !reassembly.isOpen()) {
                readRun(in);
            }
            reader.read(in);
        }
    }

    /** Goes on with what was kept because the connection was not ready for it. */
    void resume() {
        reader.resume();
    }

    /** Whether something that was received waits for {@link #resume()}. */
    boolean hasKept() {
        return reader.hasKept();
    }

    /** Whether nothing is here of which the rest is to come. */
    boolean isEmpty() {
        return !reassembly.isOpen() && reader.held() == 0;
    }

    /** Most of what comes are short NOTIFYs, one behind the other. The rest is left to the frame reader. */
    private void readRun(ByteBuf in) {
        NotifyRun run = dispatcher.run();
        byte[] bytes = run.bytes();
        int length = run.take(in, reader.maxLength());
        int start = 0;
        while (start < length && connection.isListening() && connection.isReady()) {
            int end = start + FrameHeader.LENGTH_SIZE + FrameHeader.length(bytes, start);
            readNotify(bytes, start + FrameHeader.LENGTH_SIZE, end);
            start = end;
        }
        in.skipBytes(start);
    }

    private void readNotify(byte[] bytes, int start, int end) {
        try {
            int streamIdIndex = start + FrameHeader.IDS_INDEX;
            long streamId = Varint.read(bytes, streamIdIndex, end);
            int frameIdIndex = streamIdIndex + Varint.size(streamId);
            long frameId = Varint.read(bytes, frameIdIndex, end);
            int payload = frameIdIndex + Varint.size(frameId);
            dispatcher.dispatch(connection, streamId, frameId, bytes, streamIdIndex, payload, end);
        } catch (ProtocolException e) {
            throw inFrame(FrameType.NOTIFY.name(), start, e);
        }
    }

    /** An error, told where it is in its frame, which begins at an index. */
    static ProtocolException inFrame(String name, int start, ProtocolException e) {
        int index = e.index() - start;
        return new ProtocolException(e.status(), index, name + ", byte " + index + ": " + e.getMessage());
    }

    /** Takes a NOTIFY that is in no {@link NotifyRun}, or the first fragment of one. */
    void notify(FrameHeader header, ByteBuf in) {
        reassembly.checkClosed(in);
        if (!header.isFin()) {
            reassembly.begin(header, in);
            return;
        }
        Payload payload = Payload.of(in, agent.arrays);
        try {
            dispatch(header, payload);
        } catch (ProtocolException e) {
            throw new ProtocolException(e.status(), e.index() - payload.start() + in.readerIndex(),
                    String.valueOf(e.getMessage()));
        }
    }

    /** Takes a further fragment. An error in the whole is one of the last fragment. */
    void unset(FrameHeader header, ByteBuf in) {
        int start = in.readerIndex();
        ByteBuf whole = reassembly.add(header, in);
        if (whole == null) {
            return;
        }
        Payload payload = Payload.of(whole, agent.arrays);
        try {
            dispatch(header, payload);
        } catch (ProtocolException e) {
            throw new ProtocolException(e.status(), start, "in the reassembled payload, byte "
                    + (e.index() - payload.start()) + ": " + e.getMessage());
        } finally {
            whole.release();
        }
    }

    private void dispatch(FrameHeader header, Payload payload) {
        dispatcher.dispatch(connection, header.streamId(), header.frameId(), payload.bytes(), payload.start(),
                payload.end(), true);
    }

    /**
     * Notes how much memory waits for the rest of what the peer has begun to send.
     *
     * @throws ProtocolException if that is too much for all connections together
     */
    void countIncomplete() {
        int now = reader.held() + reassembly.held();
        if (now > incomplete && !agent.incompleteBytes.tryAcquire(now - incomplete)) {
            reader.close();
            throw new ProtocolException(StatusCode.RESOURCE_ALLOCATION_ERROR, 0,
                    "incomplete frames of all connections take more than " + agent.limits.incompleteBytes()
                            + " bytes");
        }
        if (now < incomplete) {
            agent.incompleteBytes.release(incomplete - now);
        }
        incomplete = now;
    }

    /** Gives up the fragments that have come: nothing more is to be dispatched. */
    void dropFragments() {
        reassembly.close();
    }

    void close() {
        reader.close();
        reassembly.close();
        agent.incompleteBytes.release(incomplete);
        incomplete = 0;
    }
}
