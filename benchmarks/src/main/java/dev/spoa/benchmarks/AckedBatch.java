package dev.spoa.benchmarks;

import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.BenchmarkedConnection;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A connection that has said HELLO, and a batch of NOTIFYs for it, as one read of a socket brings them. Their ACKs are looked
 * at once, so that no benchmark measures how fast an agent fails; after that only their size is.
 */
final class AckedBatch implements AutoCloseable {
    /** What HAProxy keeps in flight on a connection by default. */
    static final int SIZE = 20;

    private final BenchmarkedConnection connection;
    private final ByteBuf notifies;
    private final int answerLength;

    /**
     * Opens the connection.
     *
     * @param actions how many each ACK has to have; the first sets the score
     */
    AckedBatch(AgentBuilder agent, Payload payload, int actions) {
        connection = new BenchmarkedConnection(agent);
        notifies = direct(SampleFrames.notifies(payload, SIZE));
        try {
            ByteBuf hello = direct(SampleFrames.hello());
            ByteBuf answer = Unpooled.wrappedBuffer(connection.collect(hello, 1));
            hello.release();
            check("AGENT-HELLO", FrameHeader.read(frame(answer)).type() == FrameType.AGENT_HELLO.code());
            byte[] acks = connection.collect(notifies, SIZE);
            check(Unpooled.wrappedBuffer(acks), actions);
            answerLength = acks.length;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static ByteBuf direct(byte[] bytes) {
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    private static ByteBuf frame(ByteBuf in) {
        return in.readSlice(in.readInt());
    }

    private static void check(ByteBuf answer, int actions) {
        Set<Long> ids = new HashSet<>();
        while (answer.isReadable()) {
            ByteBuf frame = frame(answer);
            FrameHeader header = FrameHeader.read(frame);
            check("an ACK of one frame", header.type() == FrameType.ACK.code() && header.isFin());
            List<Action> all = ActionList.read(frame);
            check(actions + " actions in an ACK, not " + all, all.size() == actions);
            Action score = new Action.SetVar(Scope.SESSION, SampleFrames.VARIABLE,
                    new Value.Int32(SampleFrames.score(header.streamId())));
            check(score + ", not " + all, all.getFirst().equals(score));
            ids.add(header.streamId());
        }
        check(SIZE + " ACKs, not those of " + ids, ids.size() == SIZE);
    }

    private static void check(String expected, boolean isSo) {
        if (!isSo) {
            throw new IllegalStateException("expected " + expected);
        }
    }

    /** Sends the batch and takes its ACKs. */
    void run() {
        connection.exchange(notifies, answerLength);
    }

    @Override
    public void close() {
        connection.close();
        notifies.release();
    }
}
