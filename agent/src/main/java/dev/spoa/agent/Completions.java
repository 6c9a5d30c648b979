package dev.spoa.agent;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How handlers that ran elsewhere come back to an event loop: any thread pushes, the loop takes all of them at once. A
 * stack whose links run through the exchanges themselves. Only the first push after a batch wakes the loop, so one
 * wake-up serves all that arrive before it has run, and nothing is allocated for a NOTIFY.
 */
final class Completions {
    private final AtomicReference<@Nullable Exchange> top = new AtomicReference<>();
    private final Executor eventLoop;
    private final Consumer<Exchange> consumer;
    private final Runnable afterwards;
    private final Runnable drain = this::drain;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /**
     * Creates the queue of one event loop.
     *
     * @param consumer is called on it for each exchange, in the order of their arrival
     * @param afterwards is called on it after each batch
     */
    Completions(Executor eventLoop, Consumer<Exchange> consumer, Runnable afterwards) {
        this.eventLoop = eventLoop;
        this.consumer = consumer;
        this.afterwards = afterwards;
    }

    /** Any thread. An exchange may be pushed again only after the loop has taken it. */
    void push(Exchange exchange) {
        add(exchange);
        announce();
    }

    /** Any thread: like {@link #push}, but the loop need not learn of it before somebody {@linkplain #announce says so}. */
    void add(Exchange exchange) {
        Exchange below;
        do {
            below = top.get();
            exchange.nextCompleted = below;
        } while (!top.compareAndSet(below, exchange));
    }

    /** Any thread: wakes the loop if something was added that it has not learnt of. */
    void announce() {
        if (top.get() != null && !scheduled.get() && scheduled.compareAndSet(false, true)) {
            try {
                eventLoop.execute(drain);
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // the agent is closed, and so is every connection that could take the result; or the next one tries again
                scheduled.set(false);
            }
        }
    }

    /** Event loop: takes what has come, announced or not. */
    void drain() {
        scheduled.set(false);
        Exchange newestFirst = top.getAndSet(null);
        Exchange at = null;
        while (newestFirst != null) {
            Exchange older = newestFirst.nextCompleted;
            newestFirst.nextCompleted = at;
            at = newestFirst;
            newestFirst = older;
        }
        try {
            while (at != null) {
                Exchange taken = at;
                at = taken.nextCompleted;
                taken.nextCompleted = null;
                consumer.accept(taken);
            }
        } finally {
            keep(at);
            afterwards.run();
        }
    }

    /** The rest of a batch that was broken off by an error, in its order. */
    private void keep(@Nullable Exchange oldest) {
        for (Exchange at = oldest; at != null;) {
            Exchange next = at.nextCompleted;
            push(at);
            at = next;
        }
    }
}
