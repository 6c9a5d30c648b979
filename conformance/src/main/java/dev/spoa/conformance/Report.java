package dev.spoa.conformance;

import java.time.Duration;
import java.util.List;

/**
 * What a run of the suite found out.
 *
 * @param agent the agent's address, as text
 * @param seed what everything random was made from
 * @param elapsed how long it took
 * @param results one for each case that was chosen, in the order of the suite
 * @param end how the agent was when the run ended
 */
public record Report(String agent, long seed, Duration elapsed, List<CaseResult> results, AgentEnd end) {
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
}
