package dev.spoa.cli.bench;

import dev.spoa.engine.EngineBuilder;
import dev.spoa.engine.EngineProfile;
import java.time.Duration;

/**
 * What load to make.
 *
 * @param profile which engine of HAProxy's to imitate
 * @param connections how many connections to open
 * @param inFlight the most NOTIFYs in flight on each of them
 * @param threads over how many event loops to spread them
 * @param warmup for how long to make load before anything is measured
 * @param duration for how long to measure
 * @param rate NOTIFYs per second at fixed times, whatever the agent does (open loop); 0 for as many as the places in
 *        flight allow (closed loop)
 * @param timeout how long to wait for an ACK
 * @param maxFrameSize what to offer in HELLO, in bytes
 * @param seed what the choice among a payload's variants begins with
 * @param payload what to send
 */
public record LoadPlan(EngineProfile profile, int connections, int inFlight, int threads, Duration warmup,
        Duration duration, double rate, Duration timeout, int maxFrameSize, long seed, Payload payload) {
    /** The most connections. */
    public static final int MAX_CONNECTIONS = 10_000;
    /** The most event loops. */
    public static final int MAX_THREADS = 64;
    /** The highest rate. */
    public static final double MAX_RATE = 10_000_000;

    /**
     * Checks all values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it and the range
     */
    public LoadPlan {
        check("connections", connections, 1, MAX_CONNECTIONS);
        check("in-flight", inFlight, 1, EngineBuilder.MAX_IN_FLIGHT);
        check("threads", threads, 1, Math.min(MAX_THREADS, connections));
        check("max-frame-size", maxFrameSize, EngineBuilder.MIN_FRAME_SIZE, EngineBuilder.MAX_FRAME_SIZE);
        check("duration", duration, Duration.ofMillis(1));
        check("warmup", warmup, Duration.ZERO);
        check("timeout", timeout, Duration.ofMillis(1));
        if (!(rate >= 0 && rate <= MAX_RATE)) {
            throw new IllegalArgumentException("rate: expected 0 to " + (long) MAX_RATE + ", but " + rate + " came");
        }
    }

    /**
     * Whether NOTIFYs are due at fixed times.
     *
     * @return false for a closed loop
     */
    public boolean isOpenLoop() {
        return rate > 0;
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": expected " + least + " to " + most + ", but " + value
                    + " came");
        }
    }

    private static void check(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(EngineBuilder.MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(name + ": expected " + least.toMillis() + " ms to "
                    + EngineBuilder.MAX_TIMEOUT.toMinutes() + " minutes, but " + value.toMillis() + " ms came");
        }
    }
}
