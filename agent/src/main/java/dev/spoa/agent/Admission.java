package dev.spoa.agent;

import java.util.concurrent.atomic.AtomicLong;

/** Something of which there may be only so much at once, counted from any thread. */
final class Admission {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    Admission(long limit) {
        this.limit = limit;
    }

    /** Takes one place if there is one. */
    boolean tryAcquire() {
        return tryAcquire(1);
    }

    /** Takes so many places if there are as many. */
    boolean tryAcquire(long number) {
        if (taken.addAndGet(number) <= limit) {
            return true;
        }
        taken.addAndGet(-number);
        return false;
    }

    /** Gives one place back. */
    void release() {
        release(1);
    }

    /** Gives so many places back. */
    void release(long number) {
        taken.addAndGet(-number);
    }

    /** Whether so many places could be had at this moment. */
    boolean hasRoomFor(long number) {
        return number <= limit - taken.get();
    }

    long taken() {
        return taken.get();
    }
}
