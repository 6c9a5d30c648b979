package dev.spoa.testkit.examples;

import static dev.spoa.protocol.Scope.SESSION;
import static dev.spoa.testkit.SpoaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.FailureKind;
import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineProfile;
import dev.spoa.engine.Message;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.testkit.AgentExtension;
import dev.spoa.testkit.EachProfile;
import dev.spoa.testkit.NoBufferLeaks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user's tests may look like. The documentation shows parts of this. */
// @start region="leaks"
@NoBufferLeaks
class ScoresTest {
    // @end
    // @start region="tour"
    // @start region="extension"
    @RegisterExtension static final AgentExtension agent = AgentExtension.of(() -> Agent.builder()
            .on("get-ip-reputation", (message, reply) -> reply.set(SESSION, "ip_score", score(message.address("ip")))));
    // @end

    @Test
    void scoresTheClient(Engine engine) {
        assertThat(engine.notify("get-ip-reputation", ip("203.0.113.77"))).sets(SESSION, "ip_score", 77);
    }
    // @end

    @ParameterizedTest
    @CsvSource({"203.0.113.77, 77", "2001:db8::4d, 77", "192.0.2.0, 0"})
    void scoresManyClients(String address, int score, Engine engine) {
        assertThat(engine.notify("get-ip-reputation", ip(address))).sets(SESSION, "ip_score", score).andNothingElse();
    }

    @Test
    void saysWhatIsWrong(Engine engine) {
        // @start region="assertions"
        Message good = Message.of("get-ip-reputation", ip("203.0.113.77"));
        Message bad = Message.of("get-ip-reputation", new Argument("ip", Value.of("no address")));

        assertThat(engine.notify(List.of(good, bad)))
                .sets(SESSION, "ip_score", 77)
                .failsWith(FailureKind.BAD_ARGUMENT)
                .andNothingElse();
        assertThat(engine.notify("never-heard-of"))
                .failsWith("unknown-message")
                .doesNotSet(SESSION, "ip_score");
        // @end
    }

    // @start region="profiles"
    @EachProfile
    void scoresForOldAndNewHaproxy(EngineProfile profile, Engine engine) {
        Ack ack = engine.notify("get-ip-reputation", ip("203.0.113.77")).join();
        assertThat(ack).sets(SESSION, "ip_score", 77);
        assertThat(engine.offer().capabilities()).contains("pipelining");
    }
    // @end

    // @start region="by-hand"
    @Test
    void answersTwoConnections() {
        try (Engine old = agent.engine(EngineProfile.LEGACY); Engine recent = agent.engine(EngineProfile.MUX)) {
            var first = old.notify("get-ip-reputation", ip("192.0.2.1"));
            var second = recent.notify("get-ip-reputation", ip("192.0.2.2"));

            assertThat(first).sets(SESSION, "ip_score", 1);
            assertThat(second).sets(SESSION, "ip_score", 2);
        }
    }
    // @end

    private static Argument ip(String address) {
        try {
            return new Argument("ip", Value.of(InetAddress.getByName(address)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static int score(InetAddress address) {
        byte[] bytes = address.getAddress();
        return Byte.toUnsignedInt(bytes[bytes.length - 1]);
    }
}
