package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpoaTest {
    static Set<String> commands() {
        return Spoa.commandLine().getSubcommands().keySet();
    }

    @Test
    void helpNamesEachCommandAndTheExitStatus() {
        Run help = Run.of("--help");
        assertThat(help.exitCode()).isZero();
        for (String command : commands()) {
            assertThat(help.out()).containsPattern("(?m)^  " + command + " ");
        }
        assertThat(help.out()).contains("Exit status:", "3   the agent cannot be reached");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandHasHelp(String command) {
        Run help = Run.of(command, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).startsWith("Usage: spoa " + command);
    }

    @Test
    void tellsItsVersion() {
        assertThat(Run.of("--version").out()).startsWith("spoa ");
    }

    @Test
    void writesACompletionScriptThatKnowsTheCommands() {
        Run completion = Run.of("generate-completion");
        assertThat(completion.exitCode()).isZero();
        assertThat(completion.out()).startsWith("#!").contains(commands());
    }

    @Test
    void anUnknownCommandOrOptionIsAMatterOfUsage() {
        assertThat(Run.of("frobnicate")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("frobnicate");
        });
        assertThat(Run.of("ping", "--nothing", "127.0.0.1:1").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(Run.of("ping").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void theFixtureTakesTheTransportThatItIsTold() {
        Run run = Run.of("fixture", "--transport", "nio", "--listen", "abnsz@spoa-fixture");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("the transport NIO has no abstract names");
        assertThat(Run.of("fixture", "--transport", "kqueue", "--listen", "127.0.0.1:0").err())
                .contains("expected one of [AUTO, EPOLL, IO_URING, NIO] (case-insensitive)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notify host.invalid:80 echo", "bench host.invalid:80", "bench 127.0.0.1:1 host.invalid:80",
        "conform host.invalid:80 --only C16"})
    void anAgentWhoseHostNobodyKnowsCannotBeReached(String call) {
        Run run = Run.of(call.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).endsWith(": address \"host.invalid:80\": the host cannot be resolved"
                + System.lineSeparator());
    }

    @Test
    void aMalformedAddressIsAMatterOfUsage() {
        Run run = Run.of("ping", "nowhere");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isEqualTo("spoa ping: address \"nowhere\": expected host:port, [v6]:port, *:port,"
                + " unix@/path or abnsz@name, but there is no port" + System.lineSeparator());
    }
}
