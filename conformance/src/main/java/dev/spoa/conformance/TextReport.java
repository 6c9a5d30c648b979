package dev.spoa.conformance;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A report to read: a line for each group, behind it whatever did not pass, and the counts. */
final class TextReport {
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final Report report;
    private final PrintWriter out;
    private final boolean verbose;
    private final boolean colours;

    TextReport(Report report, PrintWriter out, boolean verbose, boolean colours) {
        this.report = report;
        this.out = out;
        this.verbose = verbose;
        this.colours = colours;
    }

    void write() {
        out.println("agent " + report.agent() + ", seed " + report.seed());
        if (report.end() != Report.AgentEnd.UNREACHABLE) {
            report.byGroup().forEach(this::writeGroup);
            out.println();
            writeCounts();
        }
        out.println(verdict() + String.format(Locale.ROOT, " (%.1f s)", seconds(report.elapsed())));
        out.flush();
    }

    private void writeCounts() {
        for (Level level : Level.values()) {
            out.printf(Locale.ROOT, "%-7s %3d passed, %d failed, %d not run%n", name(level) + ":",
                    report.count(level, Outcome.PASSED), report.count(level, Outcome.FAILED),
                    report.count(level, Outcome.NOT_RUN));
        }
    }

    private String verdict() {
        return switch (report.end()) {
            case UNREACHABLE -> coloured(RED, "the agent cannot be reached: " + report.trouble());
            case LOST -> coloured(RED, "not conformant: " + report.trouble());
            case SERVED -> report.isConformant(false) ? coloured(GREEN, "conformant: no must case failed")
                    : coloured(RED, "not conformant: a must case failed");
        };
    }

    private void writeGroup(String title, List<CaseResult> results) {
        long passed = results.stream().filter(one -> one.outcome() == Outcome.PASSED).count();
        out.printf("%n%-26s %d of %d passed%n", title, passed, results.size());
        results.stream().filter(this::isWorthALine).forEach(this::writeCase);
    }

    /** That the agent was lost is said once, and not again for each case that could not be run any more. */
    private boolean isWorthALine(CaseResult result) {
        return verbose || result.outcome() == Outcome.FAILED
                || (result.outcome() == Outcome.NOT_RUN && !result.details().equals(report.trouble()));
    }

    private void writeCase(CaseResult result) {
        Case one = result.of();
        String colour = switch (result.outcome()) {
            case PASSED -> GREEN;
            case NOT_RUN -> YELLOW;
            case FAILED -> one.level() == Level.MUST ? RED : YELLOW;
        };
        String outcome = result.outcome() == Outcome.FAILED ? "FAILED" : result.outcome().toString();
        out.printf("  %s %-13s %-6s %s (%s)%n", coloured(colour, String.format(Locale.ROOT, "%-7s", outcome)), one.id(),
                name(one.level()), one.title(), one.section());
        result.details().lines().forEach(line -> out.println("          " + line));
    }

    private String coloured(String colour, String text) {
        return colours ? colour + text + PLAIN : text;
    }

    static String name(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }
}
