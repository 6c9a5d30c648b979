package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection with an agent that has no socket and no event loop: whoever calls is its loop. Handlers on virtual threads
 * run as they always do, and their results wait until the caller takes them. All that benchmarks know of the inside of an
 * agent is here.
 */
public final class BenchmarkedConnection implements AutoCloseable {
    private static final int MOST_TASKS = 1_024;
    /** A benchmark whose ACKs do not come must fail, not hang. */
    private static final long PATIENCE_SECONDS = 30;

    /** Allocates nothing when it is used, which would count as the agent's. */
    private final BlockingQueue<Runnable> loopTasks = new ArrayBlockingQueue<>(MOST_TASKS);
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
        while (left > 0) {
            ByteBuf sent = next();
            left -= sent.readableBytes();
            sent.release();
        }
        if (left < 0) {
            throw new IllegalStateException("expected " + answerLength + " bytes, and there are " + -left + " more");
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
        int end = 0;
        for (int left = number; left > 0;) {
            ByteBuf sent = next();
            all.writeBytes(sent);
            sent.release();
            while (all.writerIndex() > end) { // each is sent in one piece
                end += FrameHeader.LENGTH_SIZE + all.getInt(end);
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

    /** What is sent next; until then the caller does what an event loop does: it runs tasks, and sleeps when there are none. */
    private ByteBuf next() {
        for (;;) {
            for (Runnable task = loopTasks.poll(); task != null; task = loopTasks.poll()) {
                task.run();
            }
            ByteBuf sent = channel.readOutbound();
            if (sent != null) {
                return sent;
            }
            awaitTask().run();
        }
    }

    private Runnable awaitTask() {
        try {
            Runnable task = loopTasks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (task == null) {
                throw new IllegalStateException("nothing more is sent");
            }
            return task;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
