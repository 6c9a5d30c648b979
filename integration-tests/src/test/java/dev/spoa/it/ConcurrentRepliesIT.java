package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Pipelining;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many replies at once, which together are larger than HAProxy's buffer. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class ConcurrentRepliesIT {
    private static final int CLIENTS = 40;
    private static final int ROUNDS = 10;

    @Parameter private HaproxyVersion version;

    /** 20 of them, which is what HAProxy keeps in flight on one connection, are below its receive buffer. */
    @Test
    void smallRepliesAtOnceStallNothing() {
        assertAllAnswered(700, true);
    }

    /** From 3.1 on they would with pipelining, see section 13 of the protocol reference. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 5_000, 16_000})
    void largeRepliesAtOnceStallNothingWithoutPipelining(int length) {
        assertAllAnswered(length, false);
    }

    private void assertAllAnswered(int length, boolean pipelining) {
        version.assumeBinary();
        try (Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING)
                .pipelining(pipelining ? Pipelining.ALWAYS : Pipelining.OLD_ENGINE)
                .listen("127.0.0.1:0").shutdownHook(false).start();
                Haproxy haproxy = Haproxy.of(version).start(agent.addresses().getFirst());
                Client client = new Client()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<CompletableFuture<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    answers.add(client.getAsync(haproxy.uri("/big?n=" + length)));
                }
                for (CompletableFuture<Answer> answer : answers) {
                    assertThat(answer.join().variable("spoe_error")).isEmpty();
                    assertThat(answer.join().text("big_length")).isEqualTo(Integer.toString(length));
                }
            }
        }
    }
}
