package dev.spoa.conformance;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run whose agent is gone for good, and which cases ran at that moment. Who notices first is chance, so
 * each of them may be the one that has ended it. For any thread.
 */
final class Loss {
    // guarded by this
    private final Set<String> running = new TreeSet<>();
    private List<String> suspects = List.of();
    private @Nullable String reason;

    /**
     * A case wants to run.
     *
     * @return why it cannot any more; if it can, nothing, and it runs until it has ended
     */
    synchronized @Nullable String begin(Case one) {
        if (reason == null) {
            running.add(one.id());
        }
        return reason;
    }

    synchronized void ended(Case one) {
        running.remove(one.id());
    }

    /** Why there is no agent any more, or nothing as long as there is one. */
    synchronized @Nullable String reason() {
        return reason;
    }

    synchronized void because(String why) {
        if (reason == null) {
            reason = why;
        }
    }

    /** The agent is gone, and one of those that run now has done it. */
    synchronized void bySomeoneWhoRuns() {
        if (reason == null) {
            suspects = List.copyOf(running);
            reason = "the agent is gone since " + (suspects.size() == 1 ? suspects.getFirst()
                    : "these ran at the same time: " + String.join(", ", suspects));
        }
    }

    /** What else may be why, for the end of a message; empty where it can only be this case. */
    synchronized String otherSuspects(Case one) {
        List<String> others = suspects.stream().filter(id -> !id.equals(one.id())).toList();
        return others.isEmpty() ? ""
                : "; that may be because of this case or of one that ran at the same time: "
                        + String.join(", ", others) + " (with --command it is found out)";
    }
}
