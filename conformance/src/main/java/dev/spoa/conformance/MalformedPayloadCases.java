package dev.spoa.conformance;

import java.util.List;

/** The A cases about payloads that break the rules. */
final class MalformedPayloadCases {
    private MalformedPayloadCases() {}

    static List<Case> all() {
        return List.of();
    }
}
