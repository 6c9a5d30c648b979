package dev.spoa.conformance;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

/**
 * What a run of the suite found out.
 *
 * @param agent the agent's address, as text
 * @param seed what everything random was made from
 * @param elapsed how long it took
 * @param results one for each case that was chosen, in the order of the suite
 * @param end how the agent was when the run ended
 * @param trouble why it was so, if it did not serve to the end; otherwise empty
 */
public record Report(String agent, long seed, Duration elapsed, List<CaseResult> results, AgentEnd end,
        String trouble) {
    /** How the agent was when the run ended. */
    public enum AgentEnd {
        /** Every case had its turn. */
        SERVED,
        /** The agent accepted no connections before every case had its turn, and could not be started again. */
        LOST,
        /** The agent could not be reached in the first place, and no case was run. */
        UNREACHABLE
    }

    /**
     * Whether the agent is what it should be.
     *
     * @param strict whether the level should counts, too
     * @return whether it served to the end and no case that counts failed
     */
    public boolean isConformant(boolean strict) {
        return end == AgentEnd.SERVED && count(Level.MUST, Outcome.FAILED) == 0
                && (!strict || count(Level.SHOULD, Outcome.FAILED) == 0);
    }

    /**
     * How many cases of a level ended so.
     *
     * @param level the level
     * @param outcome how they ended
     * @return their number
     */
    public long count(Level level, Outcome outcome) {
        return results.stream().filter(one -> one.of().level() == level && one.outcome() == outcome).count();
    }

    /**
     * Those that failed.
     *
     * @return the results, in the order of the suite
     */
    public List<CaseResult> failures() {
        return results.stream().filter(one -> one.outcome() == Outcome.FAILED).toList();
    }

    /**
     * The result of one case.
     *
     * @param id its id
     * @return its result
     * @throws IllegalArgumentException if it was not chosen
     */
    public CaseResult result(String id) {
        return results.stream().filter(one -> one.of().id().equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no case " + id + " in this report"));
    }

    /** By what they are about; cases that are not in the suite are under {@code Others}. */
    Map<String, List<CaseResult>> byGroup() {
        Map<String, String> titles = new HashMap<>();
        Map<String, List<CaseResult>> groups = new LinkedHashMap<>();
        for (CaseGroup group : ConformanceSuite.groups()) {
            groups.put(group.title(), new ArrayList<>());
            group.cases().forEach(one -> titles.put(one.id(), group.title()));
        }
        for (CaseResult result : results) {
            String title = titles.getOrDefault(result.of().id(), "Others");
            groups.computeIfAbsent(title, unused -> new ArrayList<>()).add(result);
        }
        groups.values().removeIf(List::isEmpty);
        return groups;
    }

    /**
     * Writes it to be read: a line for each group, behind it each case that did not pass with its details, then the
     * counts.
     *
     * @param out where to
     * @param verbose whether cases that passed have a line, too
     * @param colours whether with the escape sequences of a terminal
     */
    public void writeText(PrintWriter out, boolean verbose, boolean colours) {
        new TextReport(this, out, verbose, colours).write();
    }

    /**
     * Writes it as one JSON object.
     *
     * @param out where to; it stays open
     * @throws UncheckedIOException if that fails
     */
    public void writeJson(Writer out) {
        try {
            JsonReport.write(this, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes it as the XML that build servers know from JUnit.
     *
     * @param out where to, in UTF-8; it stays open
     * @param strict whether a should case that failed is a failure; otherwise it is skipped
     * @throws UncheckedIOException if that fails
     */
    public void writeJunit(Writer out, boolean strict) {
        try {
            JunitReport.write(this, strict, out);
        } catch (XMLStreamException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
