package dev.spoa.cli.bench;

import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * How an agent bore the load.
 *
 * @param address where the agent listens
 * @param plan the load that it was
 * @param window the most NOTIFYs in flight on one connection, which is one where the agent does not offer pipelining
 * @param acks the ACKs, right or wrong, to what was due in the measured time
 * @param latencies in nanoseconds, from when each NOTIFY was due until its ACK; those that timed out, and those that an
 *        open loop could not send before its end, are in it with the time that they have waited; those that were lost with
 *        their connection are not
 * @param unsent how many an open loop could not send before its end
 * @param errors errors by kind, those of the warm-up included
 * @param lost how many connections were lost, and how many of them were opened again
 * @param reopened how many connections were opened again
 * @param notReopened how often that failed
 * @param traffic bytes on all connections in the measured time and until its last ACK
 * @param agent processor time of the agent, where its process is known
 * @param own processor time of the load generator, all that its process does
 */
public record LoadResult(SocketAddress address, LoadPlan plan, int window, long acks, Histogram latencies, long unsent,
        Map<String, ErrorCount> errors, long lost, long reopened, long notReopened, Traffic traffic,
        Optional<Cpu> agent, Cpu own) {
    private static final double NANOS_PER_MICRO = 1e3;

    /**
     * ACKs per second.
     *
     * @return the rate
     */
    public double rate() {
        return acks / (plan.duration().toNanos() / 1e9);
    }

    /**
     * A percentile of the latencies.
     *
     * @param percentile 0 to 100
     * @return microseconds; 0 where there was no answer
     */
    public double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    /**
     * How many errors there were.
     *
     * @return the number, of all kinds
     */
    public long errorTotal() {
        return errors.values().stream().mapToLong(ErrorCount::number).sum();
    }

    /**
     * Whether the agent did all that it should.
     *
     * @return false if there was an error, a lost connection, or no ACK at all
     */
    public boolean isClean() {
        return errors.isEmpty() && lost == 0 && acks > 0;
    }
}
