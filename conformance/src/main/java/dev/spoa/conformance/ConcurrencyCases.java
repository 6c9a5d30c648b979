package dev.spoa.conformance;

import java.util.List;

/** C30 to C33, C37 and C49: many NOTIFYs and many connections at once. */
final class ConcurrencyCases {
    private ConcurrencyCases() {}

    static List<Case> all() {
        return List.of();
    }
}
