package dev.spoa.conformance;

import java.util.List;

/** The A cases about a HELLO that breaks the rules. */
final class MalformedHelloCases {
    private MalformedHelloCases() {}

    static List<Case> all() {
        return List.of();
    }
}
