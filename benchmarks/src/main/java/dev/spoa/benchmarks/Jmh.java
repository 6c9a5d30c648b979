package dev.spoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs JMH's benchmarks and watches what they allocate. */
final class Jmh {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String BENCHMARK = "Benchmark";

    /** Of Java's releases the first in which the use of {@code sun.misc.Unsafe} is a warning. */
    private static final int FIRST_THAT_WARNS = 24;

    private Jmh() {}

    static void measure(Lab lab, String include, int forks, int iterations, Samples samples)
            throws IOException, RunnerException {
        Files.createDirectories(lab.results());
        Path log = lab.results().resolve("jmh.log");
        lab.say("JMH writes to " + lab.root().relativize(log));
        List<String> jvm = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                // the thread that measures is the event loop; with it two processors are at work
                "-Djdk.virtualThreadScheduler.parallelism=1"));
        if (Runtime.version().feature() >= FIRST_THAT_WARNS) {
            jvm.add("--sun-misc-unsafe-memory-access=allow"); // JMH's own need of it
        }
        Options options = new OptionsBuilder().include(include).forks(forks).warmupIterations(iterations)
                .measurementIterations(iterations).warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1)).timeUnit(TimeUnit.NANOSECONDS).shouldFailOnError(true)
                .addProfiler(GCProfiler.class).jvmArgsAppend(jvm.toArray(String[]::new))
                .verbosity(VerboseMode.NORMAL).output(log.toString()).build();
        Collection<RunResult> results = new Runner(options).run();
        if (results.isEmpty()) {
            throw new MeasurementException("there is no benchmark like \"" + include + "\"");
        }
        results.forEach(result -> add(result, samples));
    }

    /** Adds a value for each fork. */
    static void add(RunResult result, Samples samples) {
        String name = name(result.getParams().getBenchmark());
        String parameters = result.getParams().getParamsKeys().stream()
                .map(key -> key + " " + result.getParams().getParam(key)).collect(Collectors.joining(", "));
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            samples.add(name, parameters, Figure.NANOS, fork.getPrimaryResult().getScore());
            Result<?> allocated = fork.getSecondaryResults().get(ALLOCATED);
            samples.add(name, parameters, Figure.BYTES, Objects.requireNonNull(allocated, ALLOCATED).getScore());
        }
    }

    /** {@code varint.write} for {@code dev.spoa.benchmarks.VarintBenchmark.write}. */
    static String name(String benchmark) {
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        String type = benchmark.substring(0, benchmark.lastIndexOf('.'));
        String topic = type.substring(type.lastIndexOf('.') + 1).replace(BENCHMARK, "");
        return Character.toLowerCase(topic.charAt(0)) + topic.substring(1) + "." + method;
    }
}
