package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Pipelining;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Agents are replaced while clients keep asking, in the two ways of docs/reliability.md. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("versions")
class RollingRestartIT {
    private static final int RESTARTS = 10;
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** HAProxy looks five times a second, and one failure is enough. */
    private static final Duration NOTICE = Duration.ofMillis(600);
    private static final List<String> SERVERS = List.of("agent", "second");

    @Parameter private HaproxyVersion version;

    static Stream<HaproxyVersion> versions() {
        return Versions.all().stream().filter(version -> List.of("3.0", "3.4").contains(version.number()));
    }

    @BeforeEach
    void assumeHaproxy() {
        version.assumeBinary();
    }

    @Test
    void ofTwoAgentsInTurn() throws Exception {
        SocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<Agent> agents = new ArrayList<>(List.of(start(free), start(free)));
        try (Haproxy haproxy = Haproxy.of(version).healthChecks().secondAgent(agents.get(1).addresses().getFirst())
                .start(agents.get(0).addresses().getFirst())) {
            Load load = new Load(haproxy, CLIENTS);
            try (load) {
                for (int restart = 0; restart < RESTARTS; restart++) {
                    int which = restart % 2;
                    SERVERS.forEach(server -> await().atMost(PATIENCE).until(() -> haproxy.isUp(server)));
                    awaitMoreRight(load);
                    agents.get(which).close();
                    agents.set(which, start(agents.get(which).addresses().getFirst()));
                }
                awaitMoreRight(load);
            }
            assertNothingLost("two agents in turn", load);
        } finally {
            agents.forEach(Agent::close);
        }
    }

    private Agent start(SocketAddress address) {
        return FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).listen(address).notice(NOTICE)
                .pipelining(version.hasOldEngine() ? Pipelining.NEVER : Pipelining.ALWAYS)
                .shutdownHook(false).start();
    }

    @Test
    void ofProcessesThatShareASocket(@TempDir Path folder) throws Exception {
        try (SocketKeeper keeper = new SocketKeeper(folder, Pipelining.NEVER, 1)) {
            ProcessHandle serving = keeper.startAgent();
            List<ProcessHandle> leaving = new ArrayList<>();
            try (Haproxy haproxy = Haproxy.of(version).start(keeper.addresses().getFirst())) {
                Load load = new Load(haproxy, CLIENTS);
                try (load) {
                    for (int restart = 0; restart < RESTARTS; restart++) {
                        awaitMoreRight(load);
                        ProcessHandle next = keeper.startAgent();
                        serving.destroy();
                        leaving.add(serving);
                        serving = next;
                    }
                    awaitMoreRight(load);
                }
                assertNothingLost("one socket for both", load);
            }
            for (ProcessHandle left : leaving) {
                left.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private static void awaitMoreRight(Load load) {
        List<Long> before = load.right();
        await().atMost(PATIENCE).until(() -> load.eachHasRightSince(before, 25));
    }

    private void assertNothingLost(String way, Load load) {
        long right = load.right().stream().mapToLong(Long::longValue).sum();
        Figures.record("rolling-restarts", "HAProxy " + version.number() + ", " + way + ": " + RESTARTS + " restarts, "
                + right + " events answered, " + load.unanswered().size() + " with an error variable, "
                + load.wrong().size() + " wrong; " + load.unanswered());
        assertThat(load.wrong()).isEmpty();
        assertThat(load.unanswered()).isEmpty();
    }
}
