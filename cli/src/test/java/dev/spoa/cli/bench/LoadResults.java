package dev.spoa.cli.bench;

import dev.spoa.engine.EngineProfile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Results without a run. */
final class LoadResults {
    private LoadResults() {}

    static LoadPlan plan(double rate) {
        return new LoadPlan(EngineProfile.MUX, 8, 20, 1, Duration.ofSeconds(2), Duration.ofSeconds(10), rate,
                Duration.ofSeconds(5), 16_380, 7, Payload.small());
    }

    /** Ten seconds, in which all answers took the same time. */
    static LoadResult result(long acks, long micros, double cpu, Map<String, ErrorCount> errors) {
        Histogram latencies = new Histogram(3);
        latencies.recordValueWithCount(micros * 1_000, acks);
        return new LoadResult(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9000), plan(0), 20, acks,
                latencies, 0, errors, 0, 0, 0, new Traffic(400, 300),
                cpu == 0 ? Optional.empty() : Optional.of(new Cpu(cpu, 0.5)), new Cpu(3, 0.25));
    }

    static LoadResult result(long acks, long micros) {
        return result(acks, micros, 0, Map.of());
    }
}
