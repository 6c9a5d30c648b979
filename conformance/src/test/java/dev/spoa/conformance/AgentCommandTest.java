package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.AgentAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent as a process that the suite starts. */
final class AgentCommandTest {
    @TempDir private Path folder;

    private String text() {
        return "unix@" + folder.resolve("agent");
    }

    private SocketAddress address() {
        return AgentAddress.parse(text());
    }

    private String fixture() {
        return "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -XX:TieredStopAtLevel=1 -cp '"
                + System.getProperty("java.class.path") + "' dev.spoa.fixture.FixtureAgent " + text();
    }

    @Test
    void processIsStartedAnewAndEndsWithTheCommand() {
        AgentCommand command = new AgentCommand(fixture(), address());
        ProcessHandle second;
        try (command) {
            assertThat(command.isAlive()).isFalse();
            assertThatThrownBy(command::pid).isInstanceOf(IllegalStateException.class);
            command.restart();
            ProcessHandle first = ProcessHandle.of(command.pid()).orElseThrow();
            assertThat(command.isAlive()).isTrue();
            command.restart();
            second = ProcessHandle.of(command.pid()).orElseThrow();
            assertThat(second).isNotEqualTo(first);
            assertThat(first.isAlive()).isFalse();
            Peer.mux(address()).close();
        }
        assertThat(second.isAlive()).isFalse();
    }

    @Test
    void processThatEndsBeforeItListensIsReportedWithItsLastWords() {
        try (AgentCommand command =
                new AgentCommand("head -c 100000 /dev/zero | tr '\\0' x; echo no such option; exit 3",
                        address())) {
            assertThatThrownBy(command::restart).isInstanceOf(AgentGoneException.class)
                    .hasMessageContaining("has ended before it listened").hasMessageContaining("exit code 3")
                    .hasMessageContaining("xxxno such option")
                    .satisfies(gone -> assertThat(gone.getMessage()).hasSizeBetween(2_000, 2_200));
            Report report = ConformanceSuite.builder().address(address()).command(command).only(List.of("C16")).run();
            assertThat(report.end()).isEqualTo(Report.AgentEnd.UNREACHABLE);
            assertThat(report.trouble()).contains("exit code 3");
        }
    }

    @Test
    void anotherAgentAtTheSameAddressIsNotTestedInItsPlace() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                AgentCommand command = new AgentCommand("sleep 60", other.getLocalSocketAddress())) {
            assertThatThrownBy(command::restart).isInstanceOf(AgentGoneException.class)
                    .hasMessageContaining("another process listens");
            assertThat(command.isAlive()).isFalse();
        }
    }

    @Test
    void caseThatKillsTheAgentIsFoundAmongThoseThatRanBesideIt() {
        Case killer = Case.must("C01", "kills", "", target -> {
            ProcessHandle process = ProcessHandle.of(target.pid()).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            target.mux();
        });
        Check innocent = target -> {
            for (int i = 0; i < 20; i++) {
                target.requireServes();
            }
        };
        try (AgentCommand command = new AgentCommand(fixture(), address())) {
            Report report = ConformanceSuite.builder().address(address()).command(command)
                    .cases(List.of(killer, Case.must("C02", "innocent", "", innocent),
                            Case.must("C03", "innocent", "", innocent),
                            Case.must("C04", "innocent", "", innocent).alone()))
                    .run();
            assertThat(report.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.of()).isSameAs(killer);
                assertThat(failure.details()).contains("the agent has died: its process has ended with exit code 137",
                        "accepts no connections any more");
            });
            assertThat(report.end()).isEqualTo(Report.AgentEnd.SERVED);
            assertThat(report.count(Level.MUST, Outcome.PASSED)).isEqualTo(3);
        }
    }

    @Test
    void agentThatCannotBeStartedAgainIsLost() {
        Path once = folder.resolve("once");
        String onlyOnce = "sh -c 'test ! -e " + once + " || exit 9; touch " + once + "; exec \"$@\"' sh " + fixture();
        Case killer = Case.must("C01", "kills", "", target -> {
            ProcessHandle process = ProcessHandle.of(target.pid()).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            target.mux();
        });
        try (AgentCommand command = new AgentCommand(onlyOnce, address())) {
            Report report = ConformanceSuite.builder().address(address()).command(command)
                    .cases(List.of(killer.alone(), Case.must("C02", "comes too late", "", Target::mux).alone())).run();
            assertThat(report.end()).isEqualTo(Report.AgentEnd.LOST);
            assertThat(report.trouble()).contains("could not be started again", "exit code 9");
            assertThat(report.result("C02").outcome()).isEqualTo(Outcome.NOT_RUN);
        }
    }

    private static String nameOf(ProcessHandle process) {
        return Path.of(process.info().command().orElseThrow()).getFileName().toString();
    }

    /** The shell stays, and whatever becomes of it must become of the agent. */
    @Test
    void childOfTheShellIsTheAgentAndEndsWithTheCommand() {
        ProcessHandle agent;
        try (AgentCommand command = new AgentCommand("true && " + fixture() + "; exit 7", address())) {
            command.restart();
            agent = ProcessHandle.of(command.pid()).orElseThrow();
            assertThat(nameOf(agent)).isEqualTo("java");
            Peer.mux(address()).close();
        }
        assertThat(agent.isAlive()).isFalse();
    }

    @Test
    void whichOfSeveralChildrenIsTheAgentIsNotGuessed() {
        Case wanting = Case.must("C01", "wants the process", "", Target::pid);
        List<ProcessHandle> all;
        try (AgentCommand command = new AgentCommand(fixture() + " | cat; exit 7", address())) {
            Report report =
                    ConformanceSuite.builder().address(address()).command(command).cases(List.of(wanting)).run();
            assertThat(report.result("C01").outcome()).isEqualTo(Outcome.NOT_RUN);
            assertThat(report.result("C01").details()).contains("the command runs 2 processes in its shell");
            all = ProcessHandle.current().descendants().filter(one -> List.of("java", "cat").contains(nameOf(one)))
                    .toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        }
        assertThat(all).noneMatch(ProcessHandle::isAlive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "cd / && A=1 %s", "A=1 B='2 3' exec %s", "%s; exit $?"})
    void ownAgentAnswersWhatIsPendingWhenSigtermComes(String how) {
        try (AgentCommand command = new AgentCommand(how.formatted(fixture()), address())) {
            Report report = ConformanceSuite.builder().address(address()).command(command).only(List.of("C43")).run();
            assertThat(report.result("C43").outcome()).as(report.result("C43").details()).isEqualTo(Outcome.PASSED);
            await().until(() -> !command.isAlive());
        }
    }
}
