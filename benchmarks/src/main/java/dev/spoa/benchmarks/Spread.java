package dev.spoa.benchmarks;

import java.util.List;

/** Several values of one figure. */
record Spread(double least, double median, double most) {
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(sorted.getFirst(), median, sorted.getLast());
    }

    /** The median, and the range where there is one. */
    String format(Figure figure) {
        String middle = figure.format(median);
        return least == most ? middle
                : middle + " (" + figure.format(least) + "–" + figure.format(most) + ")";
    }
}
