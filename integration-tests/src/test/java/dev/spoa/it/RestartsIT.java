package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** HAProxy, or the agent, is replaced while clients keep asking. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class RestartsIT {
    private static final int CLIENTS = 4;
    private static final int SOME = 25;
    private static final int RELOADS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration RIGHT_AGAIN = Duration.ofSeconds(5);

    @Parameter private HaproxyVersion version;

    @BeforeEach
    void assumeHaproxy() {
        version.assumeBinary();
    }

    @Test
    void reloadOfHaproxyCostsNoAnswer() throws Exception {
        Agent agent = agentOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (agent; Haproxy haproxy = Haproxy.of(version).closesConnections().start(agent.addresses().getFirst())) {
            Load load = new Load(haproxy, CLIENTS);
            try (load) {
                awaitMoreRight(load);
                for (int reload = 0; reload < RELOADS; reload++) {
                    haproxy.reload();
                    awaitMoreRight(load);
                }
            }
            long right = load.right().stream().mapToLong(Long::longValue).sum();
            Figures.record("faults", version + ", reloaded " + RELOADS + " times, " + right + " events answered, "
                    + load.unanswered().size() + " with an error variable, " + load.wrong().size() + " wrong");
            assertThat(load.wrong()).isEmpty();
            assertThat(load.unanswered()).isEmpty();
            assertThat(agent.statistics().protocolErrors()).isZero();
        }
    }

    @Test
    void restartOfTheAgentIsOverWithinFiveSeconds() throws Exception {
        Agent first = agentOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketAddress address = first.addresses().getFirst();
        try (first; Haproxy haproxy = Haproxy.of(version).processingTimeout(Duration.ofSeconds(2)).start(address)) {
            Load load = new Load(haproxy, CLIENTS);
            try (load) {
                awaitMoreRight(load);
                first.close();
                await().atMost(PATIENCE).until(() -> !load.unanswered().isEmpty());
                List<Long> rightBefore = load.right();
                try (Agent second = agentOn(address)) {
                    await().atMost(RIGHT_AGAIN).until(() -> load.eachHasRightSince(rightBefore, 2));
                    List<String> unanswered = load.unanswered();
                    awaitMoreRight(load);
                    assertThat(load.unanswered()).as("what was not answered").isEqualTo(unanswered);
                    assertThat(second.statistics().notifications()).isGreaterThanOrEqualTo(CLIENTS * SOME);
                }
            }
            assertThat(load.wrong()).isEmpty();
        }
    }

    private static void awaitMoreRight(Load load) {
        List<Long> before = load.right();
        await().atMost(PATIENCE).until(() -> load.eachHasRightSince(before, SOME));
    }

    private static Agent agentOn(SocketAddress address) {
        return FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).listen(address).shutdownHook(false)
                .start();
    }
}
