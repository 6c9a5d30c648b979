package dev.spoa.agent;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The virtual threads on which the ordinary handlers of one event loop run. To start a thread or to wake one costs more
 * than most handlers take, and so does waking the event loop. So a thread takes one NOTIFY after the other for as long as
 * it has its turn, and wakes the loop once for many.
 *
 * <p>
 * No NOTIFY waits for the handler of another, which may block: before a thread begins with one while others wait, it sends a
 * further thread on its way to them, a <em>scout</em>. There is one scout at most. Where handlers are short, it comes when
 * all is done and finds nothing; where they block, it takes the next NOTIFY and sends a scout of its own, so that there are
 * as many threads as handlers that block, and one more.
 *
 * <p>
 * Nor does the ACK of one NOTIFY wait for the handler of another: what has not been announced to the event loop is announced
 * before the next handler begins, unless a scout is on its way, who does it as soon as that one blocks. If it does not block
 * but computes, that may be as late as when it ends, or until another processor has time for the scout.
 */
final class HandlerThreads {
    /** When handlers have taken so long together, what they have completed is announced. */
    private static final long LONGEST_BATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /** So long a thread goes on before it lets others have its carrier: virtual threads have no time slices. */
    private static final long LONGEST_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ThreadFactory factory;
    private final Completions completions;
    private final int idleLimit;
    private final long longestTurn;
    private final WaitingExchanges waiting = new WaitingExchanges();
    private final LongSupplier clock;
    /** Whether a scout is on its way; who sets it sends one. */
    private final AtomicBoolean scouting = new AtomicBoolean();
    /** Whether the next scout to come lets others have the carrier first. */
    private volatile boolean scoutYields;
    private final Deque<Runner> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleCount = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Creates the threads of one event loop; there are none yet.
     *
     * @param idleLimit how many may stay when there is nothing to do
     */
    HandlerThreads(ThreadFactory factory, Completions completions, LongSupplier clock, int idleLimit) {
        this(factory, completions, clock, idleLimit, LONGEST_TURN_NANOS);
    }

    /** With turns of another length. */
    HandlerThreads(ThreadFactory factory, Completions completions, LongSupplier clock, int idleLimit,
            long longestTurn) {
        this.factory = factory;
        this.completions = completions;
        this.clock = clock;
        this.idleLimit = idleLimit;
        this.longestTurn = longestTurn;
    }

    /** Event loop: adds a NOTIFY for which {@link #start} has to be called; of several, after the last. */
    void add(Exchange exchange) {
        waiting.add(exchange);
    }

    /**
     * Event loop: sees to it that some thread takes what was added.
     *
     * @throws OutOfMemoryError if there can be no more threads; whatever else is thrown means the same
     */
    void start() {
        waiting.pass();
        sendScout();
    }

    /** Before anything was added: has one thread ready. */
    void sendFirst() {
        scouting.set(true);
        factory.newThread(new Runner()).start();
    }

    private void sendScout() {
        if (!waiting.isEmpty() && !scouting.get() && scouting.compareAndSet(false, true)) {
            try {
                Runner next = idle.poll();
                if (next == null) {
                    factory.newThread(new Runner()).start();
                } else {
                    idleCount.decrementAndGet();
                    next.wake();
                }
            } catch (RuntimeException | Error e) {
                scouting.set(false);
                completions.announce(); // somebody may have relied on the scout
                throw e;
            }
        }
    }

    /** Any thread: does what somebody was to do who had no memory for it. */
    void makeUp() {
        completions.announce();
        sendScout();
    }

    /** Event loop: lets go of what is not needed any more. */
    void tidy() {
        waiting.tidy();
    }

    /** Takes one of those that wait away from the threads; null where there are none. */
    @Nullable
    Exchange withdraw() {
        return waiting.poll();
    }

    /** Lets the threads end that have nothing to do, now or later. */
    void close() {
        closed = true;
        for (Runner next = idle.poll(); next != null; next = idle.poll()) {
            next.wake();
        }
    }

    private final class Runner implements Runnable {
        private volatile @Nullable Thread thread;
        private volatile boolean awake;
        private boolean isScout = true;
        /** How long handlers have taken since something was announced. */
        private long unannounced;
        /** When the handler before has ended, on the clock. */
        private long now;
        /** Since when this thread has its carrier, as far as it knows. */
        private long turnBegan;

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                do {
                    yieldIfDue();
                    beginTurn();
                    Exchange next = waiting.poll();
                    while (next != null) {
                        arrive();
                        handle(next);
                        next = isTurnOver() ? null : waiting.poll();
                    }
                } while (findsMore() || rest());
            } finally {
                // also if an Error has ended it
                arrive();
                announce();
            }
        }

        /** What was looked for is found, so the next scout may be sent. */
        private void arrive() {
            if (isScout) {
                isScout = false;
                scouting.set(false);
            }
        }

        private void handle(Exchange exchange) {
            try {
                sendScout();
            } catch (RuntimeException | Error e) {
                // the others have to wait for this thread, for the next NOTIFY, or for makeUp; a deadline may answer them
            }
            if (unannounced >= LONGEST_BATCH_NANOS || !scouting.get()) {
                announce();
            }
            long ended = exchange.handle(now);
            unannounced += ended - now;
            now = ended;
            completions.add(exchange);
        }

        /**
         * Whether this thread has had its carrier for long enough. Others might wait for it as long as NOTIFYs come: the threads of
         * other event loops, and those that can go on again. A carrier takes those only when it has no thread at hand that it or its
         * own threads have woken, and a scout is one. So where there is a scout, this thread leaves the rest to it, and the scout
         * yields first: with no other at hand, a thread that yields goes to the end of the queue that all carriers take from.
         */
        private boolean isTurnOver() {
            if (now - turnBegan < longestTurn) {
                return false;
            }
            announce();
            if (scouting.get()) {
                scoutYields = true;
                return true;
            }
            yieldCarrier();
            beginTurn();
            return false;
        }

        private void yieldIfDue() {
            if (isScout && scoutYields) {
                scoutYields = false;
                yieldCarrier();
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // a virtual thread keeps its carrier until it says otherwise
        private void yieldCarrier() {
            try {
                Thread.yield();
            } catch (OutOfMemoryError e) {
                // then it goes on
            }
        }

        private void beginTurn() {
            now = clock.getAsLong();
            turnBegan = now;
        }

        private void announce() {
            unannounced = 0;
            completions.announce();
        }

        /** Nothing waits, or a scout sees to it. Whoever has relied on this thread as a scout has done so before the next line. */
        private boolean findsMore() {
            boolean wasScout = isScout;
            arrive();
            announce();
            isScout = wasScout && !waiting.isEmpty() && scouting.compareAndSet(false, true);
            return isScout;
        }

        /** Waits until there is something to do again; false if this thread is not needed any more. */
        private boolean rest() {
            if (idleCount.incrementAndGet() > idleLimit) {
                idleCount.decrementAndGet();
                return false;
            }
            awake = false;
            try {
                idle.push(this);
            } catch (OutOfMemoryError e) {
                idleCount.decrementAndGet();
                return false;
            }
            if (closed && idle.remove(this)) {
                return false;
            }
            try {
                while (!awake) {
                    LockSupport.park(this);
                    // whoever has interrupted it cannot have meant that
                    Thread.interrupted();
                }
            } catch (OutOfMemoryError e) {
                if (idle.remove(this)) {
                    idleCount.decrementAndGet();
                    return false;
                }
                // it has been found already, and is to come, after whoever has found it has said so
                while (!awake) {
                    Thread.onSpinWait();
                }
            }
            isScout = true;
            return !closed;
        }

        void wake() {
            awake = true;
            LockSupport.unpark(thread);
        }
    }
}
