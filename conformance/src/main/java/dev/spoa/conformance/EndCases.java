package dev.spoa.conformance;

import java.util.List;

/** C38 to C44: how a connection ends, and how it does not. */
final class EndCases {
    private EndCases() {}

    static List<Case> all() {
        return List.of();
    }
}
