package dev.spoa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Map<String, ErrorCount> WRONG = Map.of("wrong-answer", new ErrorCount(3, "[]"));

    private static String json(LoadResult result) throws IOException {
        StringWriter out = new StringWriter();
        JsonReport.write(out, result);
        return out.toString();
    }

    private static String json(Comparison comparison) throws IOException {
        StringWriter out = new StringWriter();
        JsonReport.write(out, comparison);
        return out.toString();
    }

    private static Comparison comparison() {
        LoadResult nothing = LoadResults.result(0, 1);
        return new Comparison(List.of(
                new Comparison.Pair(LoadResults.result(1_000, 100), LoadResults.result(1_500, 50)),
                new Comparison.Pair(nothing, LoadResults.result(500, 200, 0, WRONG))));
    }

    @Test
    void jsonHasTheFigures() throws IOException {
        String json = json(LoadResults.result(1_000, 100, 1.5, WRONG));
        assertThat(JsonText.at(json, "address")).isEqualTo("127.0.0.1:9000");
        assertThat(JsonText.at(json, "load", "loop")).isEqualTo("closed");
        assertThat(JsonText.at(json, "load", "connections")).isEqualTo(8.0);
        assertThat(JsonText.at(json, "load", "in_flight")).isEqualTo(20.0);
        assertThat(JsonText.at(json, "load", "seed")).isEqualTo(7.0);
        assertThat(JsonText.at(json, "load", "duration_s")).isEqualTo(10.0);
        assertThat(JsonText.at(json, "acks")).isEqualTo(1_000.0);
        assertThat(JsonText.at(json, "rate")).isEqualTo(100.0);
        assertThat(JsonText.at(json, "errors", "total")).isEqualTo(3.0);
        assertThat(JsonText.at(json, "errors", "kinds", "wrong-answer"))
                .isEqualTo(Map.of("number", 3.0, "first", "[]"));
        assertThat((Double) JsonText.at(json, "latency_us", "p99.9")).isBetween(99.9, 100.1);
        assertThat(JsonText.at(json, "latency_us", "count")).isEqualTo(1_000.0);
        assertThat(JsonText.at(json, "bytes")).isEqualTo(Map.of("sent", 400.0, "received", 300.0));
        assertThat(JsonText.at(json, "cpu"))
                .isEqualTo(Map.of("agent_us_per_ack", 1.5, "agent_cores", 0.5, "generator_us_per_ack",
                        3.0, "generator_cores", 0.25));
    }

    @Test
    void jsonOfAnAgentThatAnsweredNothingIsJsonToo() throws IOException {
        String json = json(LoadResults.result(0, 1));
        assertThat(JsonText.at(json, "rate")).isEqualTo(0.0);
        assertThat(JsonText.at(json, "latency_us", "mean")).isEqualTo(0.0);
        assertThat(JsonText.at(json, "cpu", "agent_us_per_ack")).isNull();
    }

    @Test
    void jsonOfAComparisonHasRatios() throws IOException {
        String json = json(comparison());
        assertThat((List<?>) JsonText.at(json, "pairs")).hasSize(2);
        assertThat(JsonText.at(json, "ratios", "rate", "median")).isEqualTo(1.5);
        assertThat((List<?>) JsonText.at(json, "ratios", "rate", "pairs")).satisfies(pairs -> {
            assertThat(pairs.get(0)).isEqualTo(1.5);
            assertThat(pairs.get(1)).as("no ratio to nothing").isNull();
        });
        assertThat(((Map<?, ?>) JsonText.at(json, "ratios")).keySet().stream().map(String::valueOf))
                .containsExactly("rate", "p50", "p99");
    }

    @Test
    void textHasTheFigures() {
        String text = TextReport.of(LoadResults.result(1_000_000, 100, 1.5, WRONG));
        assertThat(text).contains("closed loop: 8 connections, 20 in flight on each, small, mux, 10 s after 2 s of"
                + " warm-up, against 127.0.0.1:9000");
        assertThat(text).containsPattern("rate +100,000 /s").containsPattern("ACKs +1,000,000")
                .containsPattern("errors +3\n +3  wrong-answer, the first: \\[]")
                .contains("1.50 us of processor time for each ACK, 0.50 cores");
        assertThat(text.lines().filter(line -> line.startsWith("latency"))).hasSize(1);
        assertThat(text).doesNotContain("connections lost").doesNotContain("behind").doesNotContain("--threads");
    }

    @Test
    void textSaysWhatWentWrong() {
        LoadResult good = LoadResults.result(1_000, 100);
        LoadResult bad = new LoadResult(good.address(), LoadResults.plan(500), 1, 1_000, good.latencies(), 750,
                Map.of(), 4, 3, 2, good.traffic(), good.agent(), new Cpu(3, 0.99));
        assertThat(bad.isClean()).isFalse();
        assertThat(TextReport.of(bad)).contains("open loop, 500 NOTIFYs/s: 8 connections, 1 in flight on each (the"
                + " agent does not offer pipelining)")
                .contains("4  connections lost; opened again 3 times, in vain 2 times")
                .contains("750  NOTIFYs were due and had no place in flight until the end: 1500 ms behind");
    }

    @Test
    void textTellsWhenTheGeneratorItselfMayBeTheLimit() {
        LoadResult good = LoadResults.result(1_000, 100);
        LoadResult busy = new LoadResult(good.address(), good.plan(), 20, 1_000, good.latencies(), 0, Map.of(), 0, 0, 0,
                good.traffic(), good.agent(), new Cpu(3, 0.99));
        assertThat(TextReport.of(busy)).contains("it may be what limits the rate, try --threads");
    }

    @Test
    void textOfAComparisonHasAllPairsAndWhatWentWrong() {
        String text = TextReport.of(comparison());
        assertThat(text).contains("A is 127.0.0.1:9000, B is 127.0.0.1:9000")
                .containsPattern("\n1 +100 +150 +100\\.").containsPattern("\n2 +0 +50 ")
                .containsPattern("rate +1\\.500 +1\\.500 +1\\.500 +1\\.500 -")
                .containsPattern("B:\nerrors +3\n +3  wrong-answer");
    }

    @Test
    void liveLineIsOneLine() {
        assertThat(TextReport.of(new Live(Duration.ofSeconds(3), false, 123_456.7, 250.4, 160, 2)))
                .isEqualTo("    3 s load        123,457 ACK/s  p99 250.4 us  in flight 160  errors 2");
        assertThat(TextReport.of(new Live(Duration.ofSeconds(1), true, 10, 0, 1, 0)))
                .isEqualTo("    1 s warm-up          10 ACK/s  p99 -  in flight 1  errors 0");
    }
}
