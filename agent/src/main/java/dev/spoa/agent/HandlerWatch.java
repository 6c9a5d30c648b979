package dev.spoa.agent;

import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What handlers of one event loop are doing: the one that runs on the loop itself, and the exchanges whose handlers run
 * elsewhere or have not completed their stage. Event loop only, but for {@link #look} and the time.
 */
final class HandlerWatch {
    private final SlowHandlers slow;
    private final EventLoop eventLoop;
    private final Runnable makeUp;

    /** Odd while a handler runs on the loop. What it is is written before, so it can be read by who sees the number. */
    private final AtomicLong call = new AtomicLong();
    private final AtomicLong reportedCall = new AtomicLong();
    private @Nullable Route route;
    private @Nullable Connection connection;
    private long since;

    private final AtomicBoolean isAsked = new AtomicBoolean();
    private volatile @Nullable Exchange newest;

    HandlerWatch(SlowHandlers slow, EventLoop eventLoop, Runnable makeUp) {
        this.slow = slow;
        this.eventLoop = eventLoop;
        this.makeUp = makeUp;
    }

    /** A handler begins on the loop. On the hot path: no look at the clock, no barrier. */
    void enter(Route handled, Connection from) {
        route = handled;
        connection = from;
        since = slow.now();
        call.lazySet(call.getPlain() + 1);
    }

    /**
     * It has returned.
     *
     * @return whether it was a slow one, which is counted by now
     */
    boolean exit() {
        long ended = call.getPlain();
        long nanos = slow.now() - since;
        try {
            if (slow.isSlow(nanos)) {
                reportCall(ended, nanos, true);
            }
        } finally {
            call.lazySet(ended + 1);
        }
        return reportedCall.getPlain() == ended;
    }

    /** Once for each call, whoever sees it first. */
    private void reportCall(long number, long nanos, boolean isOver) {
        Route handled = route;
        Connection from = connection;
        if (handled != null && from != null && reportedCall.getAndSet(number) != number) {
            slow.report(handled, from.peer(), nanos, isOver);
        }
    }

    /** An exchange was admitted. */
    void add(Exchange exchange) {
        Exchange older = newest;
        exchange.olderRunning = older;
        if (older != null) {
            older.newerRunning = exchange;
        }
        newest = exchange;
    }

    /** An exchange has come to its end. */
    void remove(Exchange exchange) {
        Exchange older = exchange.olderRunning;
        Exchange newer = exchange.newerRunning;
        if (older != null) {
            older.newerRunning = newer;
        }
        if (newer != null) {
            newer.olderRunning = older;
        } else {
            newest = older;
        }
        exchange.olderRunning = null;
        exchange.newerRunning = null;
        Route handled = exchange.slow();
        if (handled != null) {
            report(exchange, handled, exchange.slowNanos(), true);
        }
    }

    /** The watching thread: looks at what runs on the loop, and has the loop look at the rest. */
    void look(long at) {
        try {
            makeUp.run();
        } catch (RuntimeException | Error e) {
            // there is no memory still; the next look tries again
        }
        long number = call.get();
        long nanos = at - since;
        if (number % 2 != 0 && slow.isSurelySlow(nanos) && call.get() == number) {
            reportCall(number, nanos, false);
        }
        if (newest != null && isAsked.compareAndSet(false, true)) {
            try {
                eventLoop.execute(this::lookAtExchanges);
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // the agent is closed; or the next look tries again
                isAsked.set(false);
            }
        }
    }

    private void lookAtExchanges() {
        isAsked.set(false);
        long at = slow.exactly();
        for (Exchange exchange = newest; exchange != null; exchange = exchange.olderRunning) {
            Route handled = exchange.handling();
            long nanos = at - exchange.handlingSince();
            if (handled != null && slow.isSlow(nanos)) {
                report(exchange, handled, nanos, false);
            }
        }
    }

    private void report(Exchange exchange, Route handled, long nanos, boolean isOver) {
        if (!exchange.slowReported) {
            exchange.slowReported = true;
            SocketAddress peer = exchange.connection().peer();
            slow.report(handled, peer, nanos, isOver);
        }
    }

    /** The time, for what an exchange measures on any thread. */
    long exactly() {
        return slow.exactly();
    }

    boolean isSlow(long nanos) {
        return slow.isSlow(nanos);
    }
}
