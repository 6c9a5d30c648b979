package dev.spoa.agent;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection when bytes wait for a peer that takes none of them for the whole write timeout. What counts is
 * progress, not the time since the write: a slow peer that takes something is no dead one. One timer at most, and none
 * while nothing waits. Event loop only.
 */
final class WriteWatch {
    private final Connection connection;
    /** How many buffers went to the socket's queue. */
    private final LongSupplier written;
    private @Nullable ScheduledFuture<?> timer;

    WriteWatch(Connection connection, LongSupplier written) {
        this.connection = connection;
        this.written = written;
    }

    /** To be called after each flush. */
    void start() {
        ChannelOutboundBuffer waiting = connection.outboundBuffer();
        // also what waits before the socket's queue, as in TLS
        if (timer == null && waiting != null && waiting.totalPendingWriteBytes() > 0) {
            long batches = written.getAsLong() - waiting.size();
            long bytes = waiting.currentProgress();
            timer = connection.schedule(() -> check(batches, bytes), connection.writeTimeout().toNanos());
        }
    }

    /** The progress was so many batches, and so many bytes of the next one, when the timer was set. */
    private void check(long batches, long bytes) {
        timer = null;
        ChannelOutboundBuffer waiting = connection.outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() > 0
                && written.getAsLong() - waiting.size() == batches && waiting.currentProgress() == bytes) {
            connection.closeUnread(waiting.totalPendingWriteBytes());
        } else {
            start();
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
