package dev.spoa.agent;

import java.util.concurrent.TimeUnit;

/**
 * When a connection is ended while the agent drains. SPOP has no GOAWAY: a NOTIFY that is on its way when our DISCONNECT
 * leaves is lost, so the moment is chosen by how unlikely one is.
 *
 * <p>
 * Without pipelining the engine sends nothing while it waits for an ACK, so DISCONNECT goes right behind an ACK. With it
 * nothing but a pause tells that nothing is on its way. A long one is waited for first, then shorter ones, because under
 * a steady load there are no others.
 */
final class Parting {
    private static final long[] ELAPSED_MILLIS = {500, 1_000, 2_000};
    private static final long[] PAUSE_MILLIS = {500, 100, 10};
    private static final long SHORTEST_PAUSE_MILLIS = 1;

    private final long begin;

    /** The agent begins to drain, on the clock of {@code System.nanoTime()}. */
    Parting(long begin) {
        this.begin = begin;
    }

    /** For how long, in nanoseconds, nothing must have come so that the connection is ended now. */
    long pause(long now) {
        for (int i = 0; i < ELAPSED_MILLIS.length; i++) {
            if (now - begin < TimeUnit.MILLISECONDS.toNanos(ELAPSED_MILLIS[i])) {
                return TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS[i]);
            }
        }
        return TimeUnit.MILLISECONDS.toNanos(SHORTEST_PAUSE_MILLIS);
    }
}
