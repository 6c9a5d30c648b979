package dev.spoa.conformance;

import java.util.List;

/** A25 and A26: peers that are slow, or too many. */
final class FloodCases {
    private FloodCases() {}

    static List<Case> all() {
        return List.of();
    }
}
