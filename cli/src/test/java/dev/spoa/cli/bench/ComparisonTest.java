package dev.spoa.cli.bench;

import static dev.spoa.cli.bench.LoadResults.result;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-9);

    @Test
    void whoBeginsAlternates() throws InterruptedException {
        List<String> turns = new ArrayList<>();
        Comparison comparison = Comparison.run(3, (pair, isSecond) -> {
            turns.add(pair + (isSecond ? "B" : "A"));
            return result(isSecond ? 200 : 100, 10);
        });
        assertThat(turns).containsExactly("1A", "1B", "2B", "2A", "3A", "3B");
        assertThat(comparison.pairs()).hasSize(3).allSatisfy(pair -> {
            assertThat(pair.first().acks()).isEqualTo(100);
            assertThat(pair.second().acks()).isEqualTo(200);
        });
    }

    @Test
    void dividesSecondByFirstPairByPair() {
        Comparison comparison = new Comparison(List.of(
                new Comparison.Pair(result(100, 10, 2, Map.of()), result(150, 20, 1, Map.of())),
                new Comparison.Pair(result(100, 10, 2, Map.of()), result(50, 40, 2, Map.of()))));
        assertThat(comparison.ratios()).extracting(Ratio::figure).containsExactly("rate", "p50", "p99", "cpu/ack");
        assertThat(comparison.ratios().getFirst().pairs()).containsExactly(1.5, 0.5);
        assertThat(comparison.ratios().get(1).median()).isCloseTo(3, Offset.offset(0.01));
        assertThat(comparison.ratios().getLast().pairs()).containsExactly(0.5, 1.0);
    }

    @Test
    void processorTimeNeedsBothProcesses() {
        Comparison comparison = new Comparison(List.of(
                new Comparison.Pair(result(100, 10, 2, Map.of()), result(150, 20))));
        assertThat(comparison.ratios()).extracting(Ratio::figure).containsExactly("rate", "p50", "p99");
    }

    @Test
    void isCleanWhenAllTurnsAre() {
        LoadResult good = result(100, 10);
        LoadResult bad = result(100, 10, 0, Map.of("wrong-answer", new ErrorCount(1, "[]")));
        assertThat(new Comparison(List.of(new Comparison.Pair(good, good))).isClean()).isTrue();
        assertThat(new Comparison(List.of(new Comparison.Pair(good, good), new Comparison.Pair(good, bad))).isClean())
                .isFalse();
        assertThat(new Comparison(List.of(new Comparison.Pair(bad, good))).isClean()).isFalse();
        assertThat(new Comparison(List.of(new Comparison.Pair(good, result(0, 1)))).isClean())
                .as("an agent that answers nothing").isFalse();
    }

    @Test
    void medianIsTheMiddleOrHalfwayBetweenTwo() {
        Ratio odd = new Ratio("rate", List.of(3.0, 1.0, 2.0));
        assertThat(odd.median()).isCloseTo(2, EXACT);
        assertThat(odd.min()).isCloseTo(1, EXACT);
        assertThat(odd.max()).isCloseTo(3, EXACT);
        assertThat(new Ratio("rate", List.of(4.0, 1.0, 2.0, 3.0)).median()).isCloseTo(2.5, EXACT);
    }

    @Test
    void aPairWithoutAFigureIsLeftOut() {
        LoadResult nothing = result(0, 1);
        LoadResult good = result(100, 10);
        Ratio rate = new Comparison(List.of(new Comparison.Pair(nothing, good), new Comparison.Pair(good, good)))
                .ratios().getFirst();
        assertThat(rate.pairs().getFirst()).isNaN();
        assertThat(rate.median()).isCloseTo(1, EXACT);
        assertThat(new Ratio("rate", List.of(Double.NaN)).median()).isNaN();
        assertThat(new Ratio("rate", List.of(Double.NaN)).min()).isNaN();
        assertThat(new Ratio("rate", List.of(Double.NaN)).max()).isNaN();
    }
}
