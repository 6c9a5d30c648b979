package dev.spoa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportTest {
    private static final Machine MACHINE = new Machine("a processor", 2, "Linux 6.1", "a JDK", "2026-11-29", "0.10");
    private static final String LOAD = "8x20 small";

    /** A row for the floor, and one for a subject with these ratios. */
    private static Result result(Measurement measurement, String subject, double... ratios) {
        Samples samples = new Samples();
        for (double ratio : ratios) {
            for (Figure figure : measurement.figures()) {
                samples.add(Subject.FLOOR, LOAD, figure, 1);
                samples.add(subject, LOAD, figure, ratio);
            }
        }
        return new Result(measurement, MACHINE, "3 rounds", samples.rows());
    }

    @Test
    void spreadIsMedianAndRange() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(1, 2.5, 4));
        assertThat(Spread.of(List.of(1_234.5, 1_234.5)).format(Figure.RATE)).isEqualTo("1,235");
        assertThat(Spread.of(List.of(1.0, 1.2, 1.234)).format(Figure.CPU)).isEqualTo("1.20 (1.00–1.23)");
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
        Result result = result(Measurement.OPEN_LOOP, "default", 1.5, 2.5);
        result.write(folder);
        assertThat(folder.resolve("open-loop.json")).exists();
        assertThat(Report.results(folder)).containsExactly(result);
    }

    @Test
    void targetsAreJudgedByTheMedian() {
        assertThat(Report.targets(result(Measurement.COMPARE, "inline", 1.1, 1.2, 9.9)))
                .isEqualTo("Targets met: 1 of 1.");
        assertThat(Report.targets(result(Measurement.COMPARE, "inline", 1.1, 1.3, 1.4)))
                .isEqualTo("Targets met: 0 of 1. Missed: inline 8x20 small.");
        assertThat(Kind.target("inline", "8x1 small")).hasValue(1.3);
        assertThat(Kind.target("inline", "8x20 small")).hasValue(1.25);
        assertThat(Kind.target("default", "1x1 small")).hasValue(2.0);
        assertThat(Kind.target("default", "64x20 small")).hasValue(2.5);
        assertThat(Kind.target("async", "8x20 http")).hasValue(1.5);
        assertThat(Kind.target(Subject.FLOOR, LOAD)).isEmpty();
    }

    @Test
    void tableHasTargetsOnlyWhereThereAreSome() {
        assertThat(Table.of(result(Measurement.COMPARE, "default", 2, 2, 3))).isEqualTo("""
                | handlers | load       |  CPU per ACK, µs | ratio to the floor | ACKs per second | p50, µs | p99, µs | target | met |
                |----------|------------|-----------------:|-------------------:|----------------:|--------:|--------:|-------:|----:|
                | floor    | 8x20 small |             1.00 |               1.00 |               1 |       1 |       1 |        |     |
                | default  | 8x20 small | 2.00 (2.00–3.00) |   2.00 (2.00–3.00) |         2 (2–3) | 2 (2–3) | 2 (2–3) | ≤ 2.50 | yes |
                """);
        assertThat(Table.of(result(Measurement.GROWTH, "default", 2))).doesNotContain("target");
    }

    @ParameterizedTest
    @EnumSource
    void reportHasEachMeasurement(Measurement measurement, @TempDir Path folder) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Result result = result(measurement, "inline", 1.25, 1.5, 1.75);

        Report.write(List.of(result), folder);

        String text = Files.readString(folder.resolve("report.md"));
        assertThat(text).startsWith("# Benchmarks").contains("## " + measurement.title(), Table.of(result),
                "Measured on 2026-11-29 on a processor, 2 cores, Linux 6.1, a JDK, load average before it 0.10: 3 rounds.");
        List<String> plots = text.lines().filter(line -> line.startsWith("![")).toList();
        assertThat(plots).allSatisfy(line -> assertThat(folder.resolve(line.substring(line.indexOf("](") + 2,
                line.length() - 1))).content().contains("<svg", "</svg>"));
    }
}
