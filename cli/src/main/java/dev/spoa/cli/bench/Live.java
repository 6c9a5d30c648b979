package dev.spoa.cli.bench;

import java.time.Duration;

/**
 * How a run is going.
 *
 * @param elapsed since the load began
 * @param isWarmup whether nothing is measured yet
 * @param rate ACKs per second since the last time
 * @param p99 the 99th percentile of the latencies since the last time, in microseconds; 0 where none was measured
 * @param inFlight NOTIFYs without an answer
 * @param errors how many there were since the load began
 */
public record Live(Duration elapsed, boolean isWarmup, double rate, double p99, long inFlight, long errors) {}
