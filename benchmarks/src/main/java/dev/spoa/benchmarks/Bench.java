package dev.spoa.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code ./bench}. */
@Command(
        name = "./bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures what an agent costs, and what it costs beside the floor: the least that an agent can do, in C.",
            "",
            "Without a command everything is measured, and a report made of it: forty minutes. Every answer is checked. The"
                    + " exit status is 1 when one is wrong, when no CPU time was counted, or when something could not be"
                    + " measured at all. Results are in benchmarks/target/results, the report is in docs/benchmarks."
        })
final class Bench implements Callable<Integer> {
    /** Where {@code ./bench} is. */
    private static final String ROOT = "bench.root";

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--quick",
            description = "Everything for a moment, to see that all of it works: five minutes.") private boolean isQuick;

    /** One measurement. */
    private interface Work {
        void measure(Lab lab, Samples samples) throws IOException, InterruptedException, RunnerException;
    }

    Bench() {}

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        // agents and loads go on by themselves when only this process is told to end
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench()).setUsageHelpAutoWidth(true).setExecutionExceptionHandler(Bench::failed);
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (!(failure instanceof MeasurementException)) {
            throw failure;
        }
        command.getErr().println("./bench " + command.getCommandName() + ": " + failure.getMessage());
        command.getErr().flush();
        return 1;
    }

    @Override
    public Integer call() {
        boolean quick = isQuick; // which each command that is executed sets back
        int worst = 0;
        for (Measurement measurement : Measurement.values()) {
            List<String> arguments = new ArrayList<>(List.of(measurement.toString()));
            if (quick) {
                arguments.addAll(quick(measurement));
            }
            worst = Math.max(worst, spec().commandLine().execute(arguments.toArray(String[]::new)));
        }
        return Math.max(worst, spec().commandLine().execute("report"));
    }

    private static List<String> quick(Measurement measurement) {
        return switch (measurement) {
            case COMPARE, TRANSPORTS, GROWTH, MEMORY, HAPROXY -> List.of("--rounds=1", "--seconds=1", "--warm=0.5");
            case OPEN_LOOP -> List.of("--seconds=3");
            case START -> List.of("--runs=2");
            case JMH -> List.of("--iterations=1");
        };
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    private Lab lab() {
        PrintWriter out = spec().commandLine().getOut();
        return new Lab(Path.of(System.getProperty(ROOT, "")).toAbsolutePath(), out);
    }

    private int measure(Measurement measurement, Object settings, Work work)
            throws IOException, InterruptedException, RunnerException {
        Lab lab = lab();
        lab.say("== " + measurement + ": " + settings);
        Machine machine = Machine.here();
        Samples samples = new Samples();
        work.measure(lab, samples);
        Result result = new Result(measurement, machine, settings.toString(), samples.rows());
        result.write(lab.results());
        lab.say("\n" + Table.of(result));
        return 0;
    }

    @Command(name = "compare", mixinStandardHelpOptions = true,
            description = "CPU per ACK for three kinds of handler, five loads, and the floor.")
    int compare(@Mixin Timing timing) throws Exception {
        return measure(Measurement.COMPARE, timing, (lab, samples) -> Loads.compare(lab, timing, samples));
    }

    @Command(name = "transports", mixinStandardHelpOptions = true,
            description = "The same with epoll, NIO and io_uring, where they are available.")
    int transports(@Mixin Timing timing) throws Exception {
        return measure(Measurement.TRANSPORTS, timing, (lab, samples) -> Loads.transports(lab, timing, samples));
    }

    @Command(name = "growth", mixinStandardHelpOptions = true,
            description = "The same for 8 to 1,000 connections with four NOTIFYs in flight on each.")
    int growth(@Mixin Timing timing) throws Exception {
        return measure(Measurement.GROWTH, timing, (lab, samples) -> Loads.growth(lab, timing, samples));
    }

    @Command(name = "open-loop", mixinStandardHelpOptions = true,
            description = "Latency of the default handler and of the floor when NOTIFYs come at a steady rate.")
    int openLoop(
            @Option(names = "--rate", paramLabel = "N", defaultValue = "50000",
                    description = "NOTIFYs per second (default: ${DEFAULT-VALUE}).") int rate,
            @Option(names = "--seconds", paramLabel = "S", defaultValue = "60",
                    description = "For how long (default: ${DEFAULT-VALUE}).") double seconds)
            throws Exception {
        return measure(Measurement.OPEN_LOOP, seconds + " s of it",
                (lab, samples) -> Loads.openLoop(lab, rate, seconds, samples));
    }

    @Command(name = "memory", mixinStandardHelpOptions = true,
            description = "Resident memory of an agent: idle, with idle connections, and with a heap of 64 MiB under load.")
    int memory(@Mixin Timing timing,
            @Option(names = "--connections", paramLabel = "N", defaultValue = "10000",
                    description = "How many are idle (default: ${DEFAULT-VALUE}).") int connections)
            throws Exception {
        return measure(Measurement.MEMORY, timing,
                (lab, samples) -> Memory.measure(lab, timing, connections, samples));
    }

    @Command(name = "start", mixinStandardHelpOptions = true,
            description = "Time from the start of the JVM to the first ACK, with and without the cache that the build makes.")
    int start(@Option(names = "--runs", paramLabel = "N", defaultValue = "10",
            description = "How often each is started (default: ${DEFAULT-VALUE}).") int runs) throws Exception {
        return measure(Measurement.START, runs + " starts each", (lab, samples) -> Start.measure(lab, runs, samples));
    }

    @Command(name = "haproxy", mixinStandardHelpOptions = true,
            description = "Requests through HAProxy of both engines: without a filter, with the floor, and with each kind.")
    int haproxy(@Mixin Timing timing) throws Exception {
        return measure(Measurement.HAPROXY, timing, (lab, samples) -> new Proxied(lab, timing, samples).run());
    }

    @Command(name = "jmh", mixinStandardHelpOptions = true,
            description = "JMH benchmarks of the parts, with what they allocate.")
    int jmh(
            @Option(names = "--include", paramLabel = "REGEX", defaultValue = "",
                    description = "Which of them (default: all).") String include,
            @Option(names = "--forks", paramLabel = "N", defaultValue = "1",
                    description = "Processes for each (default: ${DEFAULT-VALUE}).") int forks,
            @Option(names = "--iterations", paramLabel = "N", defaultValue = "5",
                    description = "Seconds to warm up and then to measure (default: ${DEFAULT-VALUE}).") int iterations)
            throws Exception {
        return measure(Measurement.JMH, String.format(Locale.ROOT, "%d processes each, %d s after as many to warm up",
                forks, iterations), (lab, samples) -> Jmh.measure(lab, include, forks, iterations, samples));
    }

    @Command(name = "report", mixinStandardHelpOptions = true,
            description = "Makes docs/benchmarks/report.md of the results that are there.")
    int report() throws IOException {
        Lab lab = lab();
        List<Result> results = Report.results(lab.results());
        if (results.isEmpty()) {
            throw new MeasurementException("there are no results yet in " + lab.root().relativize(lab.results()));
        }
        Report.write(results, lab.report());
        lab.say("written: " + lab.root().relativize(lab.report().resolve("report.md")));
        return 0;
    }
}
