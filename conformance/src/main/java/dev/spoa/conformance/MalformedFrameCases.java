package dev.spoa.conformance;

import java.util.List;

/** The A cases about frames that break the rules. */
final class MalformedFrameCases {
    private MalformedFrameCases() {}

    static List<Case> all() {
        return List.of();
    }
}
