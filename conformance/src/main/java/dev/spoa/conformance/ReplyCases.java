package dev.spoa.conformance;

import java.util.List;

/** C26 to C29, C50 and C51: what an ACK says. */
final class ReplyCases {
    private ReplyCases() {}

    static List<Case> all() {
        return List.of();
    }
}
