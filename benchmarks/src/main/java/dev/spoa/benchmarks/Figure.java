package dev.spoa.benchmarks;

import java.util.Locale;

/** Something that is measured. */
enum Figure {
    /** Processor time of the agent for each ACK. */
    CPU("CPU per ACK, µs", 2),
    /** That, divided by the floor's of the same round. */
    RATIO("ratio to the floor", 2),
    /** ACKs per second. */
    RATE("ACKs per second", 0),
    /** Latency that half of the answers do not exceed. */
    P50("p50, µs", 0),
    /** Latency that 99 % of the answers do not exceed. */
    P99("p99, µs", 0),
    /** Latency that 99.9 % of the answers do not exceed. */
    P999("p99.9, µs", 0),
    /** The longest latency. */
    MAX("max, µs", 0),
    /** Resident memory of the process. */
    RSS("RSS, MiB", 1),
    /** What one more connection adds to that. */
    CONNECTION("per connection, KiB", 2),
    /** From the start of the process to the first ACK. */
    START("first ACK after, ms", 0),
    /** HTTP requests per second. */
    REQUESTS("requests per second", 0),
    /** Processor time of HAProxy for each request. */
    PROXY_CPU("CPU of HAProxy per request, µs", 2),
    /** Processor time of the agent for each request. */
    AGENT_CPU("CPU of the agent per request, µs", 2),
    /** Time of one operation. */
    NANOS("ns per operation", 1),
    /** What one operation allocates. */
    BYTES("bytes allocated per operation", 1);

    private final String title;
    private final int decimals;

    Figure(String title, int decimals) {
        this.title = title;
        this.decimals = decimals;
    }

    String title() {
        return title;
    }

    String format(double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
