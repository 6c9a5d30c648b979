package dev.spoa.cli.bench;

import dev.spoa.protocol.AgentAddress;
import java.time.Duration;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results as text for people. */
public final class TextReport {
    private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 99.99, 100};
    private static final String LATENCY = "%-12s" + "%11s".repeat(PERCENTILES.length) + "%n";

    private TextReport() {}

    /**
     * One run.
     *
     * @param result how it went
     * @return several lines
     */
    public static String of(LoadResult result) {
        Formatter out = new Formatter(Locale.ROOT);
        out.format("%s, against %s%n", load(result), AgentAddress.format(result.address()));
        out.format("%-12s%,11.0f /s%n", "rate", result.rate());
        out.format("%-12s%,11d%n", "ACKs", result.acks());
        errors(out, result);
        out.format(LATENCY, "latency, us", "min", "p50", "p90", "p99", "p99.9", "p99.99", "max");
        latencies(out, result);
        double seconds = result.plan().duration().toNanos() / 1e9;
        out.format("%-12ssent %,d (%.1f MB/s), received %,d (%.1f MB/s)%n", "bytes", result.traffic().sent(),
                result.traffic().sent() / seconds / 1e6, result.traffic().received(),
                result.traffic().received() / seconds / 1e6);
        result.agent().ifPresent(cpu -> out.format("%-12s%s%n", "agent", of(cpu)));
        out.format("%-12s%s%s%n", "generator", of(result.own()), hint(result));
        return out.toString();
    }

    private static void errors(Formatter out, LoadResult result) {
        out.format("%-12s%,11d%n", "errors", result.errorTotal());
        for (Map.Entry<String, ErrorCount> kind : result.errors().entrySet()) {
            out.format("%,23d  %s, the first: %s%n", kind.getValue().number(), kind.getKey(),
                    kind.getValue().first());
        }
        if (result.lost() > 0) {
            out.format("%,23d  connections lost; opened again %,d times, in vain %,d times%n", result.lost(),
                    result.reopened(), result.notReopened());
        }
        if (result.unsent() > 0) {
            out.format("%,23d  NOTIFYs were due and had no place in flight until the end: %s behind%n", result.unsent(),
                    seconds(result.unsent() / result.plan().rate()));
        }
    }

    private static void latencies(Formatter out, LoadResult result) {
        Object[] cells = new Object[PERCENTILES.length + 1];
        cells[0] = "";
        for (int i = 0; i < PERCENTILES.length; i++) {
            cells[i + 1] = micros(result.micros(PERCENTILES[i]));
        }
        out.format(LATENCY, cells);
    }

    private static String load(LoadResult result) {
        LoadPlan plan = result.plan();
        String loop = plan.isOpenLoop()
                ? String.format(Locale.ROOT, "open loop, %,.0f NOTIFYs/s", plan.rate())
                : "closed loop";
        return loop + ": " + plan.connections() + " connections, " + result.window() + " in flight on each"
                + (result.window() < plan.inFlight() ? " (the agent does not offer pipelining)" : "") + ", "
                + plan.payload().name() + ", " + plan.profile().name().toLowerCase(Locale.ROOT) + ", "
                + seconds(plan.duration().toNanos() / 1e9) + " after " + seconds(plan.warmup().toNanos() / 1e9)
                + " of warm-up";
    }

    /** Where a closed loop keeps its own event loops busy all the time, it measures itself. */
    private static String hint(LoadResult result) {
        boolean isBusy = result.own().cores() > 0.9 * result.plan().threads();
        return isBusy && !result.plan().isOpenLoop() ? ": it may be what limits the rate, try --threads" : "";
    }

    /**
     * Two agents.
     *
     * @param comparison how it went
     * @return several lines
     */
    public static String of(Comparison comparison) {
        Formatter out = new Formatter(Locale.ROOT);
        LoadResult a = comparison.pairs().getFirst().first();
        LoadResult b = comparison.pairs().getFirst().second();
        out.format("%s%n", load(a));
        out.format("A is %s, B is %s%n", AgentAddress.format(a.address()), AgentAddress.format(b.address()));
        out.format("%-5s%12s%12s%10s%10s%10s%10s%9s%9s%9s%9s%n", "pair", "rate A", "rate B", "p50 A", "p50 B", "p99 A",
                "p99 B", "cpu A", "cpu B", "errors A", "errors B");
        int number = 1;
        for (Comparison.Pair pair : comparison.pairs()) {
            out.format("%-5d%,12.0f%,12.0f%10s%10s%10s%10s%9s%9s%9d%9d%n", number, pair.first().rate(),
                    pair.second().rate(), micros(pair.first().micros(50)), micros(pair.second().micros(50)),
                    micros(pair.first().micros(99)), micros(pair.second().micros(99)), cpu(pair.first()),
                    cpu(pair.second()), pair.first().errorTotal(), pair.second().errorTotal());
            number++;
        }
        out.format("%-9s%8s%8s%8s   %s%n", "B / A", "median", "min", "max", "pair by pair");
        for (Ratio ratio : comparison.ratios()) {
            out.format("%-9s%8s%8s%8s   %s%n", ratio.figure(), number(ratio.median()), number(ratio.min()),
                    number(ratio.max()), String.join(" ", ratio.pairs().stream().map(TextReport::number).toList()));
        }
        errors(out, "A", comparison.pairs().stream().map(Comparison.Pair::first).toList());
        errors(out, "B", comparison.pairs().stream().map(Comparison.Pair::second).toList());
        return out.toString();
    }

    private static void errors(Formatter out, String agent, List<LoadResult> results) {
        for (LoadResult result : results) {
            if (!result.isClean()) {
                out.format("%s:%n", agent);
                errors(out, result);
            }
        }
    }

    /**
     * How a run is going.
     *
     * @param live the last second
     * @return one line without its end
     */
    public static String of(Live live) {
        return String.format(Locale.ROOT, "%5.0f s %s  %,10.0f ACK/s  p99 %s  in flight %,d  errors %,d",
                live.elapsed().toMillis() / 1e3, live.isWarmup() ? "warm-up" : "load   ", live.rate(),
                live.p99() == 0 ? "-" : micros(live.p99()) + " us", live.inFlight(), live.errors());
    }

    private static String of(Cpu cpu) {
        return String.format(Locale.ROOT, "%.2f us of processor time for each ACK, %.2f cores", cpu.micros(),
                cpu.cores());
    }

    private static String cpu(LoadResult result) {
        return result.agent().map(cpu -> String.format(Locale.ROOT, "%.2f", cpu.micros())).orElse("-");
    }

    private static String number(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.3f", ratio) : "-";
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, value < 1_000 ? "%,.1f" : "%,.0f", value);
    }

    private static String seconds(double value) {
        Duration duration = Duration.ofMillis((long) (value * 1e3));
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
