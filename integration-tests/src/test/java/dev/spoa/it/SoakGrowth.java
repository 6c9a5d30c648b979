package dev.spoa.it;

import dev.spoa.it.SoakSample.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;

/**
 * Whether an agent's process grows once it is warm, which is when a third of a soak is over. RSS may be 2 % more at the end than
 * then. Anything else grows when the least of its last values is more than the greatest of its first: what only
 * swings does not do that, and what leaks does. The heap has to be 0.5 % more, because caches keep a few bytes.
 */
final class SoakGrowth {
    /** In less than this a process is not warm. */
    static final Duration SHORTEST = Duration.ofMinutes(10);

    private static final double RSS_LIMIT = 1.02;
    private static final int PER_MILLE_OF_BYTES = 5;
    private static final int EDGE = 5;

    private final List<SoakSample> warm;

    SoakGrowth(List<SoakSample> samples) {
        Duration end = samples.getLast().at();
        warm = samples.stream().filter(sample -> sample.at().multipliedBy(3).compareTo(end) >= 0).toList();
    }

    /** A sentence for each figure that grows. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (Figure figure : Figure.values()) {
            complaint(figure).ifPresent(complaints::add);
        }
        return complaints;
    }

    private Optional<String> complaint(Figure figure) {
        if (figure == Figure.RSS) {
            return first(figure) * RSS_LIMIT > last(figure) ? Optional.empty()
                    : Optional.of("RSS has grown by 2 % or more, " + fromTo(figure));
        }
        int edge = Math.min(EDGE, warm.size() / 2);
        long most = of(figure, warm.subList(0, edge)).getMax();
        long least = of(figure, warm.subList(warm.size() - edge, warm.size())).getMin();
        long allowed = most + (figure.isBytes() ? most * PER_MILLE_OF_BYTES / 1_000 : 0);
        return least <= allowed ? Optional.empty()
                : Optional.of(figure + " has grown: at first at most " + most + ", in the end at least " + least);
    }

    private static LongSummaryStatistics of(Figure figure, List<SoakSample> samples) {
        return samples.stream().mapToLong(sample -> sample.value(figure)).summaryStatistics();
    }

    private long first(Figure figure) {
        return warm.getFirst().value(figure);
    }

    private long last(Figure figure) {
        return warm.getLast().value(figure);
    }

    private String fromTo(Figure figure) {
        return "from " + first(figure) + " to " + last(figure);
    }

    /** How each figure went while the process was warm, a line each. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        for (Figure figure : Figure.values()) {
            LongSummaryStatistics all = of(figure, warm);
            String percent = figure.isBytes()
                    ? String.format(" (%+.2f %%)", 100.0 * (last(figure) - first(figure)) / first(figure))
                    : "";
            lines.add(String.format("%-11s %s%s, between %d and %d", figure, fromTo(figure), percent, all.getMin(),
                    all.getMax()));
        }
        return lines;
    }
}
