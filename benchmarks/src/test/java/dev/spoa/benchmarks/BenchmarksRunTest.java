package dev.spoa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every benchmark once, for a moment, so that none of them rots. How fast anything is plays no part. */
class BenchmarksRunTest {
    private static final List<Class<?>> TYPES = List.of(VarintBenchmark.class, DecodeBenchmark.class,
            EncodeBenchmark.class, ConnectionBenchmark.class);

    @Test
    void eachBenchmarkRuns(@TempDir Path folder) throws Exception {
        System.setProperty("jmh.ignoreLock", "true"); // ./bench may run meanwhile
        Options options = new OptionsBuilder().include("").forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(5)).shouldFailOnError(true).addProfiler(GCProfiler.class)
                .output(folder.resolve("log").toString()).build();

        Collection<RunResult> results = new Runner(options).run();

        assertThat(results).extracting(result -> result.getParams().getBenchmark())
                .containsAll(methods());
        Samples samples = new Samples();
        results.forEach(result -> Jmh.add(result, samples));
        assertThat(samples.rows()).hasSameSizeAs(results).allSatisfy(row -> {
            assertThat(row.spread(Figure.NANOS).median()).isPositive();
            assertThat(row.spread(Figure.BYTES).median()).isNotNegative();
        }).extracting(Row::subject).contains("varint.read", "connection.inline");
    }

    private static List<String> methods() {
        return TYPES.stream().flatMap(type -> Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class)).map(BenchmarksRunTest::nameOf)).toList();
    }

    private static String nameOf(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }

    @Test
    void noClassOfBenchmarksIsForgotten() throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/dev/spoa/benchmarks"))) {
            assertThat(sources.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith("Benchmark.java")))
                    .containsExactlyInAnyOrderElementsOf(
                            TYPES.stream().map(type -> type.getSimpleName() + ".java").toList());
        }
    }
}
