package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The body of a request fits one frame, and the reply that echoes it too. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class BodiesIT {
    @Parameter private HaproxyVersion version;

    @ParameterizedTest
    @CsvSource({"16384, 1", "16384, 10", "16384, 14", "65536, 10", "65536, 60"})
    void bodyIsEchoedWhole(int bufferSize, int kilobytes) throws Exception {
        version.assumeBinary();
        byte[] body = Body.ofKilobytes(kilobytes);
        try (Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.INLINE).listen("127.0.0.1:0")
                .shutdownHook(false).start();
                Haproxy haproxy = Haproxy.of(version).bufferSize(bufferSize).start(agent.addresses().getFirst());
                Client client = new Client()) {
            Answer answer = client.post(haproxy.uri("/echo"), body);

            assertThat(answer.variable("spoe_error")).isEmpty();
            assertThat(answer.variable("body_sha256")).hasValue(Body.sha256(body));
        }
    }
}
