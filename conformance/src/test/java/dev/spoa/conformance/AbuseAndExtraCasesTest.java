package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Limits;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.fixture.FixtureAgent.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our own agent, with handlers of each kind, passes the cases about abuse and those from experience. */
@ParameterizedClass
@EnumSource
final class AbuseAndExtraCasesTest {
    private static final long SEED = 20_261_125;

    private static Agent agent;

    @Parameter Kind kind;

    static Stream<Case> cases() {
        return Stream.of(MalformedHelloCases.all(), MalformedFrameCases.all(), MalformedPayloadCases.all(),
                FloodCases.all(), ExtraCases.all()).flatMap(List::stream);
    }

    @BeforeParameterizedClassInvocation
    static void start(Kind kind) {
        agent = FixtureAgent.configure(Agent.builder(), kind)
                .limits(Limits.builder().handshakeTimeout(Duration.ofSeconds(3)).build())
                .listen("127.0.0.1:0").start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        agent.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void passes(Case tried) {
        CaseResult result = new CaseRunner(agent.addresses().getFirst(), Duration.ofSeconds(5), Duration.ofMinutes(1),
                SEED, ProcessHandle.current()::pid).run(tried).result();
        assumeThat(result.outcome()).as(result.details()).isNotEqualTo(Outcome.NOT_RUN);
        assertThat(result.outcome()).as(result.details()).isEqualTo(Outcome.PASSED);
    }
}
