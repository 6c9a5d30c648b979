package dev.spoa.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * What was measured of one subject under one load.
 *
 * @param subject who
 * @param load under what
 * @param samples the values of each figure, one a round
 */
record Row(String subject, String load, Map<Figure, List<Double>> samples) {
    boolean has(Figure figure) {
        return samples.containsKey(figure);
    }

    Spread spread(Figure figure) {
        return Spread.of(samples.getOrDefault(figure, List.of()));
    }
}
