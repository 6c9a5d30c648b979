package dev.spoa.cli.bench;

import java.util.List;

/**
 * One figure of the second agent divided by that of the first, pair by pair.
 *
 * @param figure what was measured
 * @param pairs one ratio for each pair of turns; NaN where the first agent's figure is 0
 */
public record Ratio(String figure, List<Double> pairs) {
    /** Takes a copy of the ratios. */
    public Ratio {
        pairs = List.copyOf(pairs);
    }

    /**
     * The one in the middle, or halfway between the two there.
     *
     * @return the median, NaN where there is none
     */
    public double median() {
        List<Double> sorted = sorted();
        int size = sorted.size();
        return size == 0 ? Double.NaN : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /**
     * The smallest.
     *
     * @return it, NaN where there is none
     */
    public double min() {
        return sorted().stream().findFirst().orElse(Double.NaN);
    }

    /**
     * The largest.
     *
     * @return it, NaN where there is none
     */
    public double max() {
        return sorted().reversed().stream().findFirst().orElse(Double.NaN);
    }

    private List<Double> sorted() {
        return pairs.stream().filter(Double::isFinite).sorted().toList();
    }
}
