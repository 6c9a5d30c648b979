package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Limits;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.fixture.FixtureAgent.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our own fixture agent passes every case that can be tested from outside. */
final class OwnAgentTest {
    /** They need a process of their own: {@link AgentCommandTest} and {@link ProcessExtraTest} run them. */
    private static final List<String> OF_A_PROCESS = List.of("C43", "X71", "X72");

    private static void assertPasses(Kind kind, String address, SuiteRun.Builder suite) {
        // otherwise C42.timeout waits for half a minute
        Limits limits = Limits.builder().writeTimeout(Duration.ofSeconds(3)).build();
        try (Agent agent = FixtureAgent.configure(Agent.builder(), kind).limits(limits).listen(address).start()) {
            Report report = suite.address(agent.addresses().getFirst()).seed(42).run();
            assertThat(report.end()).isEqualTo(Report.AgentEnd.SERVED);
            assertThat(report.isConformant(true)).isTrue();
            assertThat(report.results()).hasSameSizeAs(suite.chosen()).allSatisfy(result -> {
                boolean cannotRun = !result.of().isTestable() || OF_A_PROCESS.contains(result.of().id());
                assertThat(result.outcome()).as("%s: %s", result.of(), result.details())
                        .isEqualTo(cannotRun ? Outcome.NOT_RUN : Outcome.PASSED);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesEveryCase(Kind kind) {
        assertPasses(kind, "127.0.0.1:0", ConformanceSuite.builder());
    }

    @Test
    void passesOverAUnixSocket(@TempDir Path folder) {
        assertPasses(Kind.INLINE, "unix@" + folder.resolve("agent"), ConformanceSuite.builder().only(List.of("C*")));
    }
}
