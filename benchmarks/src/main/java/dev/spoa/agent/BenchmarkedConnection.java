package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One connection with an agent that has no socket and no event loop: whoever calls is its loop. Handlers on virtual threads
 * run as they always do, and their results wait until the caller takes them. All that benchmarks know of the inside of an
 * agent is here.
 */
public final class BenchmarkedConnection implements AutoCloseable {
    private static final int MOST_TASKS = 1_024;
    /** Some seconds of them: a benchmark whose ACKs do not come must fail, not hang. */
    private static final long MOST_LOOKS = 1L << 30;

    /** Allocates nothing when it is used, which would count as the agent's. */
    private final Queue<Runnable> loopTasks = new ArrayBlockingQueue<>(MOST_TASKS);
    private final EmbeddedChannel channel;

    /**
     * Opens it.
     *
     * @param builder what the agent is made of
     */
    public BenchmarkedConnection(AgentBuilder builder) {
        AgentContext agent = new AgentContext(builder);
        Dispatcher dispatcher = new Dispatcher(agent, new DefaultEventLoop() {
            @Override
            public void execute(Runnable task) {
                loopTasks.add(task);
            }
        });
        channel = new EmbeddedChannel(new Connection(agent, dispatcher));
    }

    /**
     * Receives frames and waits for what is sent for them.
     *
     * @param frames what was received, all at once; its reader index and its reference count are as before afterwards
     * @param answerLength how many bytes will be sent
     */
    public void exchange(ByteBuf frames, int answerLength) {
        receive(frames);
        int left = answerLength;
        for (long look = 0; left > 0 && look < MOST_LOOKS; look++) {
            for (ByteBuf sent = poll(); sent != null; sent = poll()) {
                left -= sent.readableBytes();
                sent.release();
            }
        }
        if (left != 0) {
            throw new IllegalStateException("expected " + answerLength + " bytes, and " + left + " of them are left");
        }
    }

    /**
     * Receives frames and collects what is sent for them.
     *
     * @param frames what was received, all at once; its reader index and its reference count are as before afterwards
     * @param number how many frames will be sent
     * @return the frames that were sent
     */
    public byte[] collect(ByteBuf frames, int number) {
        ByteBuf all = Unpooled.buffer();
        receive(frames);
        int next = 0;
        int left = number;
        for (long look = 0; left > 0 && look < MOST_LOOKS; look++) {
            for (ByteBuf sent = poll(); sent != null; sent = poll()) {
                all.writeBytes(sent);
                sent.release();
            }
            while (left > 0 && all.writerIndex() > next) { // each is sent in one piece
                next += FrameHeader.LENGTH_SIZE + all.getInt(next);
                left--;
            }
        }
        return ByteBufUtil.getBytes(all);
    }

    private void receive(ByteBuf frames) {
        int start = frames.readerIndex();
        channel.pipeline().fireChannelRead(frames.retain()).fireChannelReadComplete();
        frames.readerIndex(start);
    }

    /** What was sent next, after what waited for the loop has run. */
    private @Nullable ByteBuf poll() {
        for (Runnable task = loopTasks.poll(); task != null; task = loopTasks.poll()) {
            task.run();
        }
        ByteBuf sent = channel.readOutbound();
        if (sent == null) {
            Thread.onSpinWait();
        }
        return sent;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
