package dev.spoa.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A kind of handler of the fixture agent. */
enum Kind {
    INLINE("--inline", 1.25, 1.3),
    DEFAULT("", 2.5, 2),
    ASYNC("--async", 1.5, 1.5);

    private final String option;
    private final double target;
    private final double targetOneByOne;

    Kind(String option, double target, double targetOneByOne) {
        this.option = option;
        this.target = target;
        this.targetOneByOne = targetOneByOne;
    }

    /** For {@code spoa fixture}. */
    List<String> options() {
        return option.isEmpty() ? List.of() : List.of(option);
    }

    /** The most that its CPU per ACK should be, as a multiple of the floor's; empty where the subject is no kind. */
    static Optional<Double> target(String subject, String load) {
        boolean isOneByOne = load.contains("x1 ");
        for (Kind kind : values()) {
            if (kind.toString().equals(subject)) {
                return Optional.of(isOneByOne ? kind.targetOneByOne : kind.target);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
