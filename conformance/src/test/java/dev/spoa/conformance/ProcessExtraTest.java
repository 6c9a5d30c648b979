package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.fixture.FixtureAgent.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our own agent passes the cases that look at its process, which here is the test's own. */
final class ProcessExtraTest {
    @ParameterizedTest
    @EnumSource
    void processKeepsNothing(Kind kind) {
        try (Agent agent = FixtureAgent.configure(Agent.builder(), kind).listen("127.0.0.1:0").start()) {
            Report report = ConformanceSuite.builder().address(agent.addresses().getFirst())
                    .only(ProcessExtra.all().stream().map(Case::id).toList()).pid(ProcessHandle.current().pid()).run();
            assertThat(report.results()).hasSameSizeAs(ProcessExtra.all())
                    .allSatisfy(result -> assertThat(result.outcome()).as(result.details()).isEqualTo(Outcome.PASSED));
        }
    }
}
