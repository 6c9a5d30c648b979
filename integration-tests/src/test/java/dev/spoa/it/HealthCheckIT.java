package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code option spop-check} is content with the agent, whatever the buffer size, and over every kind of socket. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class HealthCheckIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Parameter private HaproxyVersion version;

    @ParameterizedTest
    @CsvSource({"8192, 127.0.0.1:0", "16384, [::1]:0", "65536, unix@"})
    void serverIsUpForGoodUntilTheAgentIsGone(int bufferSize, String address, @TempDir Path dir) throws Exception {
        version.assumeBinary();
        String listen = address.startsWith("unix@") ? address + dir.resolve("agent.sock") : address;
        Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.INLINE).listen(listen)
                .shutdownHook(false).start();
        try (agent;
                Haproxy haproxy = Haproxy.of(version).bufferSize(bufferSize).healthChecks()
                        .start(agent.addresses().getFirst());
                Client client = new Client()) {
            await().atMost(PATIENCE).until(() -> agent.statistics().healthChecks() >= 6);

            assertThat(client.get(haproxy.uri("/score")).variable("score")).hasValue("1");
            Map<String, String> server = haproxy.agentServer();
            assertThat(server.get("status")).isEqualTo("UP");
            // with an asterisk before it while the next check is under way
            assertThat(server.get("check_status")).endsWith("L7OK");
            assertThat(server.get("chkfail")).isEqualTo("0");
            assertThat(agent.statistics().protocolErrors()).isZero();

            agent.close();
            await().atMost(PATIENCE).until(() -> haproxy.agentServer().get("status").startsWith("DOWN"));
        }
    }
}
