package dev.spoa.conformance.broken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.conformance.CaseResult;
import dev.spoa.conformance.ConformanceSuite;
import dev.spoa.conformance.Level;
import dev.spoa.conformance.Outcome;
import dev.spoa.conformance.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without a fault the broken agent is a good one: what a case finds in one with a fault is the fault. */
class WithoutFaultTest {
    @Test
    void everyMustCasePasses() {
        try (BrokenAgent agent = new BrokenAgent(Fault.NONE)) {
            Report report = ConformanceSuite.builder().address(agent.address()).level(Level.MUST).seed(1).run();
            assertThat(report.failures()).isEmpty();
            assertThat(idsOf(report, Outcome.PASSED)).hasSizeGreaterThan(60);
        }
    }

    private static List<String> idsOf(Report report, Outcome outcome) {
        return report.results().stream().filter(one -> one.outcome() == outcome).map(CaseResult::of)
                .map(one -> one.id()).toList();
    }
}
