package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The fixture agent as a program. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class FixtureAgentIT {
    private static final String LISTENING = "listening on 127.0.0.1:";
    private static final int EXIT_BY_SIGTERM = 128 + 15;

    @Parameter private HaproxyVersion version;

    @Test
    void sigtermLosesNothingThatIsInFlight() throws Exception {
        version.assumeBinary();
        Process program = start("--async", "127.0.0.1:0");
        try (BufferedReader output = program.inputReader(UTF_8)) {
            String ready = output.readLine();
            assertThat(ready).startsWith(LISTENING);
            int port = Integer.parseInt(ready.substring(LISTENING.length()));
            try (Haproxy haproxy =
                    Haproxy.of(version).start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    Client client = new Client()) {
                CompletableFuture<Answer> slow = client.getAsync(haproxy.uri("/sleep?ms=1500"));
                await().atMost(Duration.ofSeconds(10)).until(() -> haproxy.sessionsOf("judged") == 1);
                assertThat(client.get(haproxy.uri("/score")).variable("score")).hasValue("1");

                // Process.destroy() would also close the output that is read below
                program.toHandle().destroy();

                assertThat(slow.join().variable("slept")).hasValue("1500");
                assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(program.exitValue()).isEqualTo(EXIT_BY_SIGTERM);
                assertThat(output.readLine()).as("anything more on standard output").isNull();
            }
        } finally {
            program.destroyForcibly();
        }
    }

    private static Process start(String... arguments) throws IOException {
        ProcessBuilder process = new ProcessBuilder(JavaCommand.of(FixtureAgent.class));
        process.command().addAll(List.of(arguments));
        return process.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
