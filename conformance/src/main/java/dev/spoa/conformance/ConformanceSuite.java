package dev.spoa.conformance;

import java.util.Comparator;
import java.util.List;

/**
 * All cases, and how to run them.
 *
 * <p>
 * The agent is known by its address and by the contract of {@code docs/fixture-agent.md} only.
 */
public final class ConformanceSuite {
    private static final List<CaseGroup> GROUPS = List.of(
            new CaseGroup("HELLO", HelloCases.all()),
            new CaseGroup("Health checks", HealthCheckCases.all()),
            new CaseGroup("NOTIFY", NotifyCases.all()),
            new CaseGroup("Frames in pieces", SegmentCases.all()),
            new CaseGroup("ACK", ReplyCases.all()),
            new CaseGroup("Many at once", ConcurrencyCases.all()),
            new CaseGroup("The end of a connection", EndCases.all()),
            new CaseGroup("Fragments", FragmentCases.all()),
            new CaseGroup("Malformed HELLO", MalformedHelloCases.all()),
            new CaseGroup("Malformed frames", MalformedFrameCases.all()),
            new CaseGroup("Malformed payloads", MalformedPayloadCases.all()),
            new CaseGroup("Floods", FloodCases.all()),
            new CaseGroup("What experience adds", ExtraCases.all()));

    private ConformanceSuite() {}

    /**
     * All cases by what they are about.
     *
     * @return the groups
     */
    public static List<CaseGroup> groups() {
        return GROUPS;
    }

    /**
     * All cases.
     *
     * @return the cases in the order of their ids
     */
    public static List<Case> cases() {
        return GROUPS.stream().flatMap(group -> group.cases().stream()).sorted(Comparator.comparing(Case::id)).toList();
    }

    /**
     * A run, to be configured.
     *
     * @return a builder
     */
    public static SuiteRun.Builder builder() {
        return new SuiteRun.Builder();
    }
}
