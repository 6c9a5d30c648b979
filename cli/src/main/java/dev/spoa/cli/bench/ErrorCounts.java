package dev.spoa.cli.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Errors by kind. For one thread at a time. */
final class ErrorCounts {
    /** An agent can invent as many kinds as it likes; what is beyond these is counted together. */
    static final int MAX_KINDS = 50;
    static final String OTHER = "other";
    private static final int MAX_TEXT = 300;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Map<String, ErrorCount> kinds = new TreeMap<>();

    /** Counts one, with what it said in case it is the first of its kind. */
    void add(String kind, Object what) {
        String name = printable(kind);
        ErrorCount count = kinds.get(name);
        if (count == null && kinds.size() >= MAX_KINDS) {
            name = OTHER;
            count = kinds.get(name);
        }
        kinds.put(name, count == null ? new ErrorCount(1, printable(String.valueOf(what)))
                : new ErrorCount(count.number() + 1, count.first()));
    }

    void addAll(ErrorCounts others) {
        others.kinds.forEach((kind, count) -> kinds.merge(kind, count,
                (one, other) -> new ErrorCount(one.number() + other.number(), one.first())));
    }

    Map<String, ErrorCount> byKind() {
        return kinds;
    }

    /** It may come from the agent, and goes to a terminal. */
    private static String printable(String text) {
        String shown = CONTROL.matcher(text).replaceAll("?");
        return shown.length() <= MAX_TEXT ? shown : shown.substring(0, MAX_TEXT) + "…";
    }
}
