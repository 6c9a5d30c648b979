package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PingCommandTest {
    /** A port on which nobody listens, because it was given back just now. */
    private static String nobody() {
        try (Fixture fixture = new Fixture()) {
            return fixture.address();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "mux"})
    void saysThatAnAgentIsUp(String profile) {
        try (Fixture fixture = new Fixture()) {
            Run run = Run.of("ping", "--profile", profile, fixture.address());
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).matches(fixture.address() + " is up: SPOA server is ok \\([0-9.]+ ms\\)\\R");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void saysWhyAnAgentIsDown() {
        String address = nobody();
        Run run = Run.of("ping", address);
        assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_OK);
        assertThat(run.out()).startsWith(address + " is down: cannot connect to " + address + ": Connection refused (");
    }

    @Test
    void aProgramCanReadTheAnswer() {
        try (Fixture fixture = new Fixture()) {
            assertThat(Run.of("ping", "--json", fixture.address()).out())
                    .matches("\\{\"address\":\"" + fixture.address()
                            + "\",\"up\":true,\"reason\":\"SPOA server is ok\",\"elapsed_us\":[0-9]+\\}\\R");
        }
        Run down = Run.of("ping", "--json", nobody());
        assertThat(down.exitCode()).isEqualTo(ExitCode.NOT_OK);
        assertThat(down.out()).contains("\"up\":false").contains("Connection refused");
    }

    @Test
    void anAgentWhoseHostNobodyKnowsIsDown() {
        Run run = Run.of("ping", "host.invalid:80");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_OK);
        assertThat(run.out()).startsWith("host.invalid:80 is down: the host cannot be resolved (");
        assertThat(run.err()).isEmpty();
        Run json = Run.of("ping", "--json", "host.invalid:80");
        assertThat(json.exitCode()).isEqualTo(ExitCode.NOT_OK);
        assertThat(json.out()).startsWith("{\"address\":\"host.invalid:80\",\"up\":false,"
                + "\"reason\":\"the host cannot be resolved\",\"elapsed_us\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3601", "x"})
    void refusesTimeoutsOutOfRange(String seconds) {
        assertThat(Run.of("ping", "--timeout=" + seconds, "127.0.0.1:1").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
