package dev.spoa.cli;

import dev.spoa.protocol.StatusCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user means by a code: numbers that are a status, an {@code st=} value or both; names of statuses; lines of
 * HAProxy's log. The result is a list of readings, each a code with what is known about it.
 */
record CodeQuery(List<Reading> readings, Optional<LogLine> logLine) {
    private static final long FIRST_WITH_STATUS = 256;
    private static final long MAX_STATUS = 0xFFFF_FFFFL;
    private static final Pattern ST = Pattern.compile("\\bst\\s*[=:]?\\s*(\\d{1,12})\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern STATUS = Pattern.compile("status(?:[- ]code)?\\s*[=:]?\\s*(\\d{1,12})",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,12}");
    private static final Pattern LOG = Pattern.compile("SPOE: \\[([^\\]]*)\\] <([^>]*)> sid=(\\d+) st=(\\d+)\\s+(.*)");
    private static final Pattern LEGACY_TIMES = Pattern.compile("-?\\d+/-?\\d+/-?\\d+/-?\\d+/(-?\\d+)\\s.*");
    private static final Pattern MUX_TIME = Pattern.compile("(-?\\d+)\\s+\\d+/\\d+\\s*");

    /**
     * One meaning of a number.
     *
     * @param kind {@code status} or {@code st}
     * @param number the number
     * @param explanation what is known about it
     * @param status the status inside an {@code st=} value from 256 on
     */
    record Reading(String kind, long number, Explanation explanation, Optional<Reading> status) {
        String title() {
            return (kind.equals("st") ? "st=" : "status ") + number + ": " + explanation.name();
        }
    }

    /**
     * HAProxy's log of an event.
     *
     * @param agent the spoe-agent
     * @param event the event or group
     * @param isOld whether the line has the form that HAProxy up to 3.0 writes
     * @param milliseconds how long the event took
     */
    record LogLine(String agent, String event, boolean isOld, String milliseconds) {}

    /** Reads what a user wrote; empty where it is no known code. */
    static Optional<CodeQuery> parse(String text, Map<String, Explanation> all) {
        String plain = text.strip();
        Optional<LogLine> line = logLine(plain);
        List<Reading> readings = new ArrayList<>();
        Matcher st = ST.matcher(plain);
        Matcher status = STATUS.matcher(plain);
        if (NUMBER.matcher(plain).matches()) {
            long number = Long.parseLong(plain);
            if (number < FIRST_WITH_STATUS) {
                status(number, all).ifPresent(readings::add);
            }
            st(number, all).ifPresent(readings::add);
        } else if (status.matches()) {
            status(Long.parseLong(status.group(1)), all).ifPresent(readings::add);
        } else if (st.find()) {
            st(Long.parseLong(st.group(1)), all).ifPresent(readings::add);
        } else {
            named(plain).flatMap(code -> status(code.code(), all)).ifPresent(readings::add);
        }
        return readings.isEmpty() ? Optional.empty() : Optional.of(new CodeQuery(List.copyOf(readings), line));
    }

    private static Optional<StatusCode> named(String name) {
        String letters = letters(name);
        for (StatusCode code : StatusCode.values()) {
            if (letters.equals(letters(code.name())) || letters.equals(letters(code.reason()))) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    private static Optional<Reading> status(long number, Map<String, Explanation> all) {
        if (number > MAX_STATUS) {
            return Optional.empty();
        }
        Explanation known = all.get("status " + number);
        return Optional.ofNullable(known != null ? known : all.get("status private"))
                .map(explanation -> new Reading("status", number, explanation, Optional.empty()));
    }

    private static Optional<Reading> st(long number, Map<String, Explanation> all) {
        Explanation known = all.get("st " + number);
        if (number < FIRST_WITH_STATUS) {
            return Optional.ofNullable(known)
                    .map(explanation -> new Reading("st", number, explanation, Optional.empty()));
        }
        Optional<Reading> status = status(number - FIRST_WITH_STATUS, all);
        return status.flatMap(inside -> Optional.ofNullable(known != null ? known : all.get("st 256+N"))
                .map(explanation -> new Reading("st", number, explanation, status)));
    }

    private static Optional<LogLine> logLine(String text) {
        Matcher line = LOG.matcher(text);
        if (!line.find()) {
            return Optional.empty();
        }
        Matcher old = LEGACY_TIMES.matcher(line.group(5));
        Matcher recent = MUX_TIME.matcher(line.group(5));
        if (old.matches()) {
            return Optional.of(new LogLine(line.group(1), line.group(2), true, old.group(1)));
        }
        return recent.matches()
                ? Optional.of(new LogLine(line.group(1), line.group(2), false, recent.group(1)))
                : Optional.empty();
    }
}
