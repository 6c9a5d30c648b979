package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.fixture.FixtureAgent.Kind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our own fixture agent passes every case. */
final class OwnAgentTest {
    /** It waits for the agent's write timeout, which is half a minute. */
    private static final List<String> SLOW = List.of("C42.timeout");

    @ParameterizedTest
    @EnumSource
    void passesEveryCase(Kind kind) {
        try (Agent agent = FixtureAgent.configure(Agent.builder(), kind).listen("127.0.0.1:0").start()) {
            Report report = ConformanceSuite.builder().address(agent.addresses().getFirst()).skip(SLOW).run();
            report.results().forEach(r -> System.out
                    .println(r.of().id() + " " + r.outcome() + " " + r.elapsed().toMillis() + " " + r.details()));
            System.out.println(report.elapsed());
            assertThat(report.failures()).isEmpty();
        }
    }
}
