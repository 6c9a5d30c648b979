package dev.spoa.agent;

import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Names the handlers that take longer than {@link Limits#slowHandler()}, also those that never return. A thread of its
 * own looks some times within that time, because a handler that holds an event loop can be seen from nowhere else. It
 * also keeps a coarse clock, so that an inline handler, which may be over within 100 ns, need not ask for the time.
 */
final class SlowHandlers {
    /** So often the thread looks within the threshold; a handler on an event loop is timed to this part of it. */
    private static final int LOOKS = 4;
    private static final long SHORTEST_TICK = TimeUnit.MILLISECONDS.toNanos(1);
    /** With each look the watches also make up for what could not be done for want of memory. */
    private static final long LONGEST_TICK = TimeUnit.SECONDS.toNanos(1);

    private final long threshold;
    private final long tick;
    private final Counters counters;
    private final AgentLog log;
    private final LongSupplier clock;
    private final List<HandlerWatch> watches = new ArrayList<>();
    private final Lookout lookout;
    private volatile long now;

    SlowHandlers(long threshold, Counters counters, AgentLog log, LongSupplier clock) {
        this.threshold = threshold;
        this.tick = Math.clamp(threshold / LOOKS, SHORTEST_TICK, LONGEST_TICK);
        this.counters = counters;
        this.log = log;
        this.clock = clock;
        this.now = clock.getAsLong();
        this.lookout = new Lookout("spoa-watch", tick, this::look);
    }

    /**
     * Adds an event loop; before the thread is started.
     *
     * @param makeUp is called with each look, by the thread that looks
     */
    HandlerWatch watch(EventLoop eventLoop, Runnable makeUp) {
        HandlerWatch watch = new HandlerWatch(this, eventLoop, makeUp);
        watches.add(watch);
        return watch;
    }

    void start() {
        lookout.start();
    }

    void look() {
        long at = clock.getAsLong();
        now = at;
        watches.forEach(watch -> watch.look(at));
    }

    void stop() {
        lookout.close();
    }

    /** The time of the last look. */
    long now() {
        return now;
    }

    /** The time, exactly. */
    long exactly() {
        return clock.getAsLong();
    }

    boolean isSlow(long nanos) {
        return nanos >= threshold;
    }

    /** Whether a handler is slow that began at most a tick after the time from which it was measured. */
    boolean isSurelySlow(long nanos) {
        return nanos - tick >= threshold;
    }

    /** Counts a handler, and tells the operator of it. */
    void report(Route route, SocketAddress peer, long nanos, boolean isOver) {
        counters.slowHandlers.increment();
        try {
            log.slow(route.name, peer, TimeUnit.NANOSECONDS.toMillis(nanos), isOver);
        } catch (OutOfMemoryError e) {
            // the line is missing then, and nothing else
        }
    }
}
