package dev.spoa.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run of one target came to, as the fuzzer's own output tells it.
 *
 * @param target the target
 * @param executions how many inputs were tried
 * @param seconds how long it took, start included
 * @param edges how many edges of the instrumented code were seen
 * @param features edges with the number of times that they were passed, and what was compared
 * @param corpus how many inputs are kept because each shows something of its own
 * @param added how many of them this run has added
 * @param finding what was found, null for nothing
 */
record Outcome(Target target, long executions, double seconds, long edges, long features, long corpus, long added,
        @Nullable String finding) {
    private static final Pattern STATUS = Pattern
            .compile("(?m)^#(\\d+)\\s+\\w+ +cov: (\\d+) ft: (\\d+) corp: (\\d+)/");
    private static final Pattern EXECUTED = Pattern.compile("(?m)^stat::number_of_executed_units: +(\\d+)");
    private static final Pattern ADDED = Pattern.compile("(?m)^stat::new_units_added: +(\\d+)");
    private static final Pattern FINDING = Pattern.compile("(?m)^== Java [^\n]*|^==\\d+== ?ERROR: [^\n]*");

    static Outcome read(Target target, Path log, double seconds, int exitCode) throws IOException {
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        long edges = 0;
        long features = 0;
        long corpus = 0;
        long executions = 0;
        for (Matcher status = STATUS.matcher(text); status.find();) {
            executions = Long.parseLong(status.group(1));
            edges = Long.parseLong(status.group(2));
            features = Long.parseLong(status.group(3));
            corpus = Long.parseLong(status.group(4));
        }
        Matcher finding = FINDING.matcher(text);
        String found = finding.find() ? finding.group() : exitCode == 0 ? null : "the process ended with " + exitCode;
        return new Outcome(target, Math.max(executions, last(EXECUTED, text)), seconds, edges, features, corpus,
                last(ADDED, text), found);
    }

    private static long last(Pattern pattern, String text) {
        long value = 0;
        for (Matcher matcher = pattern.matcher(text); matcher.find();) {
            value = Long.parseLong(matcher.group(1));
        }
        return value;
    }

    /** With a run that went on where this one had ended. */
    Outcome and(Outcome later) {
        return new Outcome(target, executions + later.executions, seconds + later.seconds, later.edges, later.features,
                later.corpus, added + later.added, later.finding);
    }

    static String heading() {
        return String.format(Locale.ROOT, "%-14s %12s %10s %9s %7s %9s %7s %6s  %s", "target", "executions",
                "per second",
                "seconds", "edges", "features", "corpus", "added", "found");
    }

    String line() {
        return String.format(Locale.ROOT, "%-14s %,12d %,10.0f %,9.0f %,7d %,9d %,7d %,6d  %s", target.label(),
                executions,
                executions / Math.max(0.001, seconds), seconds, edges, features, corpus, added,
                finding == null ? "nothing" : finding);
    }
}
