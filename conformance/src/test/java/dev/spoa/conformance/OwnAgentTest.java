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
    /** They need a process: {@link AgentCommandTest} and {@link ProcessExtraTest} run them. */
    private static final List<String> OF_A_PROCESS = List.of("C43", "X71", "X72");
    /** They are about an agent that does not announce fragmentation. */
    private static final List<String> WITHOUT_FRAGMENTATION = List.of("A20", "A20.status");

    private static void assertPasses(Kind kind, String address, SuiteRun.Builder suite) {
        // otherwise C42.timeout waits for half a minute
        Limits limits = Limits.builder().writeTimeout(Duration.ofSeconds(3)).build();
        try (Agent agent = FixtureAgent.configure(Agent.builder(), kind).limits(limits).listen(address).start()) {
            Report report = suite.address(agent.addresses().getFirst()).seed(42).run();
            assertThat(report.end()).isEqualTo(Report.AgentEnd.SERVED);
            assertThat(report.isConformant(true)).isTrue();
            assertThat(report.results()).hasSameSizeAs(suite.chosen()).allSatisfy(result -> {
                String id = result.of().id();
                boolean cannotRun = !result.of().isTestable() || OF_A_PROCESS.contains(id)
                        || WITHOUT_FRAGMENTATION.contains(id);
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

    @Test
    void passesWithoutFragmentationWhatIsAboutThat() {
        Limits limits = Limits.builder().reassembledSize(0).build();
        try (Agent agent =
                FixtureAgent.configure(Agent.builder(), Kind.INLINE).limits(limits).listen("127.0.0.1:0").start()) {
            Report report = ConformanceSuite.builder().address(agent.addresses().getFirst())
                    .only(List.of("A20", "C45")).run();
            assertThat(report.result("A20").outcome()).isEqualTo(Outcome.PASSED);
            assertThat(report.result("A20.status").outcome()).isEqualTo(Outcome.PASSED);
            assertThat(report.result("C45").details()).isEqualTo("the agent does not announce fragmentation");
        }
    }
}
