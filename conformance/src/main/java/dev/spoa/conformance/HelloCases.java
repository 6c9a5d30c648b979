package dev.spoa.conformance;

import java.util.List;

/** C01 to C15: the HELLO, and health checks. */
final class HelloCases {
    private HelloCases() {}

    static List<Case> all() {
        return List.of();
    }
}
