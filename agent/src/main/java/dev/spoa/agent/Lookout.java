package dev.spoa.agent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A daemon thread that looks at something at an interval until it is closed. No handler can hold it up, and whatever a look
 * throws, an Error for want of memory for instance, there is a next one.
 */
final class Lookout implements AutoCloseable {
    private final String name;
    private final long nanos;
    private final Runnable look;
    private final CountDownLatch closed = new CountDownLatch(1);

    Lookout(String name, long nanos, Runnable look) {
        this.name = name;
        this.nanos = nanos;
        this.look = look;
    }

    void start() {
        Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        try {
            while (!isOverAfterALook()) {
                // for ever
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOverAfterALook() throws InterruptedException {
        try {
            if (closed.await(nanos, TimeUnit.NANOSECONDS)) {
                return true;
            }
            look.run();
        } catch (RuntimeException | Error e) {
            // what was not possible now may be so at the next look
        }
        return false;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
