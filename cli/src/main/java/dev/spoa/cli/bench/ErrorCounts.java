package dev.spoa.cli.bench;

import dev.spoa.protocol.wire.Printable;
import java.util.Map;
import java.util.TreeMap;

/** Errors by kind. For one thread at a time. */
final class ErrorCounts {
    /** An agent can invent as many kinds as it likes; what is beyond these is counted together. */
    static final int MAX_KINDS = 50;
    static final String OTHER = "other";

    private final Map<String, ErrorCount> kinds = new TreeMap<>();

    /** Counts one, with what it said in case it is the first of its kind. */
    void add(String kind, Object what) {
        // it may come from the agent, and goes to a terminal
        String name = Printable.message(kind);
        ErrorCount count = kinds.get(name);
        if (count == null && kinds.size() >= MAX_KINDS) {
            name = OTHER;
            count = kinds.get(name);
        }
        kinds.put(name, count == null ? new ErrorCount(1, Printable.message(String.valueOf(what)))
                : new ErrorCount(count.number() + 1, count.first()));
    }

    void addAll(ErrorCounts others) {
        others.kinds.forEach((kind, count) -> kinds.merge(kind, count,
                (one, other) -> new ErrorCount(one.number() + other.number(), one.first())));
    }

    Map<String, ErrorCount> byKind() {
        return kinds;
    }
}
