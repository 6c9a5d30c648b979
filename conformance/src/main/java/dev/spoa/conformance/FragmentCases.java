package dev.spoa.conformance;

import java.util.List;

/** C45 and C46: fragmented NOTIFYs, which HAProxy up to 3.0 sends. */
final class FragmentCases {
    private FragmentCases() {}

    static List<Case> all() {
        return List.of();
    }
}
