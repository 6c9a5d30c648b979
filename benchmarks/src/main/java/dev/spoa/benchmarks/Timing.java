package dev.spoa.benchmarks;

import picocli.CommandLine.Option;

/** How often and how long something is measured. */
final class Timing {
    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3",
            description = "How often each agent has its turn (default: ${DEFAULT-VALUE}).") int rounds = 3;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "4",
            description = "How long each load is measured (default: ${DEFAULT-VALUE}).") double seconds = 4;

    @Option(names = "--warm", paramLabel = "S", defaultValue = "2",
            description = "How long it runs before that (default: ${DEFAULT-VALUE}).") double warm = 2;

    @Override
    public String toString() {
        return rounds + (rounds == 1 ? " round" : " rounds") + ", " + seconds + " s for each load after " + warm
                + " s of it to warm up";
    }
}
