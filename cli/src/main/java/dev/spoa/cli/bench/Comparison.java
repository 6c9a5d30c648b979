package dev.spoa.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Two agents that took turns under the same load. What a shared machine does to one turn it mostly does to the next, so
 * the ratio within a pair of turns says more than two long runs one after the other. Who begins alternates, so that a
 * drift favours neither.
 *
 * @param pairs the turns, two by two
 */
public record Comparison(List<Pair> pairs) {
    /** Takes a copy of the pairs. */
    public Comparison {
        pairs = List.copyOf(pairs);
    }

    /**
     * One turn of each.
     *
     * @param first how the first agent bore the load
     * @param second how the second did
     */
    public record Pair(LoadResult first, LoadResult second) {
        private double ratio(ToDoubleFunction<LoadResult> figure) {
            double divisor = figure.applyAsDouble(first);
            return divisor == 0 ? Double.NaN : figure.applyAsDouble(second) / divisor;
        }
    }

    /** Lets one of the two agents have a turn. */
    @FunctionalInterface
    public interface Turn {
        /**
         * Makes the load.
         *
         * @param pair the number of the pair, from 1
         * @param isSecond which agent
         * @return how it went
         * @throws InterruptedException if the calling thread is interrupted
         */
        LoadResult take(int pair, boolean isSecond) throws InterruptedException;
    }

    /**
     * Lets both take turns: AB BA AB and so on.
     *
     * @param pairs how many turns each has
     * @param turn lets one have its turn
     * @return how it went
     * @throws InterruptedException if the calling thread is interrupted
     */
    public static Comparison run(int pairs, Turn turn) throws InterruptedException {
        List<Pair> taken = new ArrayList<>();
        for (int pair = 1; pair <= pairs; pair++) {
            boolean secondBegins = pair % 2 == 0;
            LoadResult one = turn.take(pair, secondBegins);
            LoadResult other = turn.take(pair, !secondBegins);
            taken.add(secondBegins ? new Pair(other, one) : new Pair(one, other));
        }
        return new Comparison(taken);
    }

    /**
     * The second agent's figures divided by the first one's.
     *
     * @return rate, p50, p99, and processor time for each ACK where it is known of both
     */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        ratios.add(ratio("rate", LoadResult::rate));
        ratios.add(ratio("p50", result -> result.micros(50)));
        ratios.add(ratio("p99", result -> result.micros(99)));
        if (pairs.stream().allMatch(pair -> pair.first.agent().isPresent() && pair.second.agent().isPresent())) {
            ratios.add(ratio("cpu/ack", result -> result.agent().map(Cpu::micros).orElse(Double.NaN)));
        }
        return ratios;
    }

    private Ratio ratio(String figure, ToDoubleFunction<LoadResult> value) {
        return new Ratio(figure, pairs.stream().map(pair -> pair.ratio(value)).toList());
    }

    /**
     * Whether both agents did all that they should, in all turns.
     *
     * @return false if one turn of one agent was not clean
     */
    public boolean isClean() {
        return pairs.stream().allMatch(pair -> pair.first.isClean() && pair.second.isClean());
    }
}
