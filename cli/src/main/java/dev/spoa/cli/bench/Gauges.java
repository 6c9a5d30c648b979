package dev.spoa.cli.bench;

import java.util.concurrent.atomic.AtomicLong;

/** What the live line shows of one event loop, which alone writes them; any thread may read. */
final class Gauges {
    /** ACKs of all kinds since the start, warm-up included. */
    final AtomicLong acks = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    final AtomicLong inFlight = new AtomicLong();

    /** Cheaper than an atomic increment, and enough for one writer. */
    static void add(AtomicLong gauge, long number) {
        gauge.setRelease(gauge.getPlain() + number);
    }
}
