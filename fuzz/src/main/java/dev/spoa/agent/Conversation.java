package dev.spoa.agent;

import dev.spoa.fuzz.ReferenceFrame;
import dev.spoa.fuzz.SentBytes;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Disconnect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One connection with a {@link FuzzedAgent}, from its opening until what has to hold of all that was sent is checked. */
final class Conversation {
    private static final int BACKLOG = 1;

    private record Ids(long streamId, long frameId) {}

    private final FuzzedAgent agent;
    private final EmbeddedChannel channel;
    private final boolean isProxied;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final SentBytes sent = new SentBytes();
    private final long supersededBefore;

    Conversation(FuzzedAgent agent, boolean isProxied) {
        this.agent = agent;
        this.isProxied = isProxied;
        agent.begin();
        supersededBefore = agent.context.counters.superseded.sum();
        channel = EmbeddedChannel.builder().channelId(DefaultChannelId.newInstance()).register(false)
                .handlers(isProxied ? agent.proxied : agent.open).build();
        channel.config().setAllocator(agent.allocator);
        try {
            channel.register();
        } catch (Exception e) {
            throw new IllegalStateException("an embedded channel that cannot be registered", e);
        }
        channel.freezeTime();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Whether AGENT-HELLO is among what was sent. */
    boolean isGreeted() {
        return ReferenceFrame.all(sent.toByteArray(), 0).stream()
                .anyMatch(frame -> frame.type() == ReferenceFrame.AGENT_HELLO);
    }

    /** Whether the connection goes on. */
    boolean isListening() {
        return channel.isOpen() && ReferenceFrame.all(sent.toByteArray(), 0).stream()
                .noneMatch(frame -> frame.type() == ReferenceFrame.AGENT_DISCONNECT);
    }

    /** The agent reads so much at once. */
    void receive(byte[] bytes) {
        if (channel.isOpen() && bytes.length > 0) {
            received.writeBytes(bytes);
            ByteBuf buffer = agent.allocator.buffer(bytes.length);
            channel.pipeline().fireChannelRead(buffer.writeBytes(bytes));
        }
    }

    /** Bytes in pieces of so many. */
    void receive(byte[] bytes, int piece) {
        Violation.check(piece > 0, () -> "a piece of nothing");
        for (int at = 0; at < bytes.length; at += piece) {
            int size = Math.min(piece, bytes.length - at);
            byte[] part = new byte[size];
            System.arraycopy(bytes, at, part, 0, size);
            receive(part);
        }
    }

    void readComplete() {
        channel.pipeline().fireChannelReadComplete();
        channel.runPendingTasks();
        sent.takeFrom(channel);
    }

    /** The peer stops to take what is written, or takes it again. */
    void writable(boolean writable) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        if (out != null) {
            out.setUserDefinedWritability(BACKLOG, writable);
            channel.runPendingTasks();
        }
    }

    void later(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    void drain() {
        connection().drain();
        channel.runPendingTasks();
    }

    void disconnect() {
        connection().disconnect();
        channel.runPendingTasks();
    }

    void reset() {
        channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        channel.runPendingTasks();
    }

    void runLoop() {
        agent.runLoop();
        channel.runPendingTasks();
    }

    void close() {
        ChannelFuture unused = channel.close();
        channel.runPendingTasks();
    }

    private Connection connection() {
        return channel.pipeline().get(Connection.class);
    }

    /** Lets all that was begun come to its end, closes the connection, and checks what is there to be checked. */
    void end() {
        writable(true);
        do {
            // what is flushed can let more be read, which can have handlers of its own
            readComplete();
        } while (agent.runAll());
        boolean wasOpen = channel.isOpen();
        close();
        agent.runAll();
        sent.takeFrom(channel);
        channel.finishAndReleaseAll();
        check(wasOpen);
        agent.end();
    }

    private void check(boolean wasOpen) {
        List<ReferenceFrame> frames = ReferenceFrame.wholly(sent.toByteArray());
        Map<Ids, Integer> acks = new HashMap<>();
        boolean ended = false;
        long maxSize = FuzzedAgent.FRAME_SIZE;
        for (int i = 0; i < frames.size(); i++) {
            ReferenceFrame frame = frames.get(i);
            boolean wasEnded = ended;
            Violation.check(!wasEnded, () -> "a frame behind AGENT-DISCONNECT");
            Violation.check(frame.isFin(), () -> "a frame without FIN");
            ByteBuf payload = Unpooled.wrappedBuffer(frame.payload());
            switch (frame.type()) {
                case ReferenceFrame.AGENT_HELLO -> {
                    Violation.checkEqual("the place of AGENT-HELLO", i, 0);
                    maxSize = AgentHello.read(payload).maxFrameSize();
                }
                case ReferenceFrame.AGENT_DISCONNECT -> {
                    Disconnect.read(payload);
                    ended = true;
                }
                case ReferenceFrame.ACK -> {
                    Violation.check(frames.getFirst().type() == ReferenceFrame.AGENT_HELLO,
                            () -> "an ACK before HELLO");
                    long limit = maxSize;
                    Violation.check(frame.size() <= limit,
                            () -> "an ACK of " + frame.size() + " bytes, and max-frame-size"
                                    + " is " + limit);
                    ActionList.read(payload);
                    acks.merge(new Ids(frame.streamId(), frame.frameId()), 1, Integer::sum);
                }
                default -> throw new AssertionError("a frame of type " + frame.type());
            }
        }
        checkAcks(acks, wasOpen && !ended);
    }

    /** Each whole NOTIFY has one ACK, unless another with its ids took its place; none has more, and nothing else has one. */
    private void checkAcks(Map<Ids, Integer> acks, boolean isComplete) {
        Map<Ids, Integer> notifies = notifies();
        acks.forEach((ids, count) -> Violation.check(count <= notifies.getOrDefault(ids, 0), () -> count + " ACKs for "
                + notifies.getOrDefault(ids, 0) + " NOTIFYs with " + ids));
        if (isComplete) {
            notifies.keySet().forEach(ids -> Violation.check(acks.containsKey(ids), () -> "no ACK for " + ids));
            long superseded = agent.context.counters.superseded.sum() - supersededBefore;
            Violation.checkEqual("ACKs and superseded NOTIFYs", sum(acks) + superseded, sum(notifies));
        }
    }

    private static long sum(Map<Ids, Integer> counts) {
        return counts.values().stream().mapToLong(Integer::intValue).sum();
    }

    /** The NOTIFYs that were whole, up to the first frame that the reference cannot read. */
    private Map<Ids, Integer> notifies() {
        byte[] bytes = received.toByteArray();
        Map<Ids, Integer> notifies = new HashMap<>();
        for (ReferenceFrame frame : ReferenceFrame.all(bytes, headerLength(bytes))) {
            boolean isWhole = frame.isFin() && (frame.type() == ReferenceFrame.NOTIFY
                    || (frame.type() == ReferenceFrame.UNSET && !frame.isAbort()));
            if (isWhole) {
                notifies.merge(new Ids(frame.streamId(), frame.frameId()), 1, Integer::sum);
            }
        }
        return notifies;
    }

    private int headerLength(byte[] bytes) {
        if (!isProxied) {
            return 0;
        }
        try {
            ProxyHeader header = ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
            return header == null ? bytes.length : header.length();
        } catch (ProxyHeader.Malformed e) {
            return bytes.length;
        }
    }
}
