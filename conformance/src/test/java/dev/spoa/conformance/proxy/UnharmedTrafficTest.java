package dev.spoa.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.conformance.ConformanceSuite;
import dev.spoa.conformance.Level;
import dev.spoa.conformance.Report;
import dev.spoa.fixture.FixtureAgent;
import org.junit.jupiter.api.Test;

/** The proxy itself is not noticed: what a case finds behind it is the harm that it does. */
class UnharmedTrafficTest {
    @Test
    void passesEveryMustCase() {
        try (Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).listen("127.0.0.1:0")
                .start();
                FaultProxy proxy =
                        new FaultProxy(agent.addresses().getFirst(), Mutation.NONE, Direction.TO_ENGINE, 1)) {
            Report report = ConformanceSuite.builder().address(proxy.address()).level(Level.MUST).seed(1).run();
            assertThat(report.failures()).isEmpty();
            assertThat(proxy.injections()).isEmpty();
        }
    }
}
