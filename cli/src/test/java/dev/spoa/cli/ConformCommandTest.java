package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.fixture.FixtureAgent.Kind;
import dev.spoa.protocol.AgentAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code spoa conform}, in this process, against the fixture agent and against one that handles nothing. */
final class ConformCommandTest {
    private static Agent fixture;
    private static Agent without;

    @TempDir private Path folder;

    private int exitCode;
    private String out = "";
    private String err = "";

    @BeforeAll
    static void start() {
        fixture = FixtureAgent.configure(Agent.builder(), Kind.INLINE).listen("127.0.0.1:0").start();
        without = Agent.builder().onInline("nothing", (message, reply) -> {
        }).listen("127.0.0.1:0").start();
    }

    @AfterAll
    static void close() {
        fixture.close();
        without.close();
    }

    private static String addressOf(Agent agent) {
        return AgentAddress.format(agent.addresses().getFirst());
    }

    private void conform(String... arguments) {
        StringWriter written = new StringWriter();
        StringWriter complaints = new StringWriter();
        String[] all = new String[arguments.length + 1];
        all[0] = "conform";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        exitCode = new CommandLine(new Spoa()).setColorScheme(CommandLine.Help.defaultColorScheme(
                CommandLine.Help.Ansi.OFF)).setOut(new PrintWriter(written)).setErr(new PrintWriter(complaints))
                .execute(all);
        out = written.toString();
        err = complaints.toString();
    }

    @Test
    void agentThatPassesIsExitCodeZero() {
        conform(addressOf(fixture), "--only", "C16,C24", "--seed", "7", "--strict");
        assertThat(exitCode).as(out).isZero();
        assertThat(out).contains("agent " + addressOf(fixture) + ", seed 7", "2 of 2 passed",
                "conformant: no must case failed").doesNotContain("C16", "\u001b");
        conform(addressOf(fixture), "--only=C16", "-v");
        assertThat(out).contains("passed  C16");
    }

    @Test
    void agentThatFailsAMustCaseIsExitCodeOneAndTheBytesAreShown() {
        conform(addressOf(without), "--only", "C16,C43");
        assertThat(exitCode).isEqualTo(1);
        assertThat(out).contains("FAILED  C16",
                "get-ip-reputation of 192.0.2.1: expected 01 at byte 13, but there came ",
                "expected: ACK stream 1 frame 1", "00000015670000000101010103010869705f73636f72650201", "came:     ACK",
                "not run C43", "needs --pid or --command", "not conformant: a must case failed");
    }

    @Test
    void shouldCasesCountOnlyWhenStrict() {
        conform(addressOf(without), "--only", "C26.others");
        assertThat(exitCode).as(out).isZero();
        conform(addressOf(without), "--only", "C26.others", "--strict");
        assertThat(exitCode).isEqualTo(1);
    }

    @Test
    void jsonAndJunitAreWritten() throws IOException {
        Path junit = folder.resolve("report.xml");
        conform(addressOf(fixture), "--only", "C16", "--json", "--junit", junit.toString());
        assertThat(exitCode).isZero();
        assertThat(out).startsWith("{").contains("\"id\" : \"C16\"", "\"outcome\" : \"passed\"");
        assertThat(Files.readString(junit)).contains("<testsuite name=\"NOTIFY\" tests=\"1\" failures=\"0\"");
        conform(addressOf(fixture), "--only", "C16", "--junit", folder.resolve("none").resolve("x.xml").toString());
        assertThat(exitCode).isEqualTo(3);
        assertThat(err).contains("cannot write");
    }

    @Test
    void agentThatIsNotThereIsExitCodeThree() {
        conform("unix@" + folder.resolve("nobody"), "--only", "C16");
        assertThat(exitCode).isEqualTo(3);
        assertThat(out).contains("the agent cannot be reached: ");
    }

    @Test
    void agentIsStartedByItsCommandAndEnded() {
        String address = "unix@" + folder.resolve("agent");
        conform(address, "--only", "C16,C43", "--command", "'" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -cp '" + System.getProperty("java.class.path") + "' dev.spoa.fixture.FixtureAgent " + address);
        assertThat(exitCode).as(out).isZero();
        assertThat(out).contains("must:     2 passed, 0 failed, 0 not run");
    }

    @Test
    void commandThatCannotStartTheAgentIsExitCodeThree() {
        conform("unix@" + folder.resolve("agent"), "--command", "sh -c 'echo not today; exit 4'");
        assertThat(exitCode).isEqualTo(3);
        assertThat(out).contains("exit code 4", "not today");
    }

    @Test
    void casesAreListedWithoutAnAgent() {
        conform("--list", "--only", "C4*");
        assertThat(exitCode).isZero();
        assertThat(out.lines().toList()).hasSizeGreaterThan(10).allMatch(line -> line.startsWith("C4"))
                .anyMatch(line -> line.startsWith("C43             must")).anyMatch(line -> line.startsWith("C44.full")
                        && line.endsWith("[cannot be tested from outside]"));
        conform("--list", "--only", "C05.early", "--json");
        assertThat(out).startsWith("[").contains("\"id\" : \"C05.early\"", "\"level\" : \"should\"",
                "\"testable\" : true");
        conform("--list", "--level", "should");
        assertThat(out).contains("C05.early").doesNotContain("C16 ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                            | Missing required parameter
            nowhere                                       | nowhere
            127.0.0.1:9 --level some                      | expected must or should, but it is 'some'
            127.0.0.1:9 --patience 0                      | patience must be more than zero
            127.0.0.1:9 --parallel 0                      | parallel must be 1 or more
            127.0.0.1:9 --only Q1                         | no case is left to run
            127.0.0.1:9 --pid 1 --command x               | exclude each other
            """)
    void wrongUsageIsExitCodeTwo(String arguments, String complaint) {
        conform(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(exitCode).isEqualTo(2);
        assertThat(err).contains(complaint);
    }
}
