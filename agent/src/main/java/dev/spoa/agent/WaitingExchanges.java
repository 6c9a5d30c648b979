package dev.spoa.agent;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges on their way from an event loop to the threads that handle them, in their order. The loop collects those of one
 * turn and passes them on all at once; the threads take them one by one. A list whose links run through the exchanges
 * themselves, so that to take one costs one atomic operation, and nothing is allocated.
 */
final class WaitingExchanges {
    /** What the loop has collected, and the last of it. Event loop only. */
    private @Nullable Exchange collected;
    private @Nullable Exchange lastCollected;

    /** What was passed on last and was not taken up yet. */
    private final AtomicReference<@Nullable Exchange> passed = new AtomicReference<>();
    /** The last of it. Event loop only. */
    private @Nullable Exchange lastPassed;

    /** What is being taken; while it is empty, one thread may put there what was passed. */
    private final AtomicReference<@Nullable Exchange> next = new AtomicReference<>();
    private final AtomicBoolean takingUp = new AtomicBoolean();

    /** Event loop: collects one more. */
    void add(Exchange exchange) {
        if (lastCollected == null) {
            collected = exchange;
        } else {
            lastCollected.nextWaiting = exchange;
        }
        lastCollected = exchange;
    }

    /** Event loop: lets threads take what was collected. */
    void pass() {
        Exchange first = collected;
        if (first == null) {
            return;
        }
        Exchange before = passed.getAndSet(null);
        if (before != null && lastPassed != null) {
            lastPassed.nextWaiting = first;
            first = before;
        }
        lastPassed = lastCollected;
        collected = null;
        lastCollected = null;
        passed.set(first);
    }

    /** Event loop: forgets the last one, with its payload, if it was taken up. */
    void tidy() {
        if (lastPassed != null && passed.get() == null) {
            lastPassed = null;
        }
    }

    /**
     * Any thread: whether none waits. One that is being taken up by another thread need not be among them, as that thread goes
     * on with it.
     */
    boolean isEmpty() {
        return next.get() == null && passed.get() == null;
    }

    /** Any thread: takes the one that has waited longest, or returns null where {@linkplain #isEmpty none waits}. */
    @Nullable
    Exchange poll() {
        while (true) {
            Exchange first = next.get();
            if (first != null) {
                if (next.compareAndSet(first, first.nextWaiting)) {
                    first.nextWaiting = null; // or it would hold on to all that came after it
                    return first;
                }
            } else if (passed.get() == null || !takeUp()) {
                return null;
            }
        }
    }

    /** Returns false if another thread is doing it. */
    private boolean takeUp() {
        if (!takingUp.compareAndSet(false, true)) {
            return false;
        }
        if (next.get() == null) {
            next.set(passed.getAndSet(null));
        }
        takingUp.set(false);
        return true;
    }
}
