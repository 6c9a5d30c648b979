package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Message;
import dev.spoa.agent.Pipelining;
import dev.spoa.agent.Reply;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One HAProxy is killed by SIGKILL again and again; a second one and a bystander on the same agent lose nothing. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class HaproxyKilledIT {
    private static final int TIMES = 4;
    private static final int CLIENTS = 4;
    private static final int SOME = 25;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Parameter private HaproxyVersion version;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @BeforeEach
    void assumeHaproxy() {
        version.assumeBinary();
    }

    /** The body comes twice in the message. That is more than a frame of the older engine's has room for. */
    private byte[] body() {
        return new byte[version.hasOldEngine() ? 12_000 : 8_000];
    }

    /** The agent has half a frame of what is sent last, and handlers at work for what was sent before. */
    @ParameterizedTest
    @EnumSource(names = {"BLOCKING", "POOL"})
    void inTheMiddleOfAFrame(FixtureAgent.Kind kind) throws Exception {
        try (Agent agent = builder(kind).start()) {
            String fared = besideOthers(agent, this::killInTheMiddleOfAFrame);

            assertThat(begun).hasValue(TIMES * CLIENTS);
            Figures.record("faults", version + ", killed " + TIMES + " times in the middle of a frame, " + kind + ": "
                    + cancelled + " of " + begun + " handlers cancelled, " + fared);
        }
    }

    @Test
    void underLoad() throws Exception {
        // the answers have the body, too, and the newer engine stalls where such answers come without a pause
        try (Agent agent = builder(FixtureAgent.Kind.BLOCKING).pipelining(Pipelining.OLD_ENGINE).start()) {
            String fared = besideOthers(agent, address -> {
                Haproxy haproxy = Haproxy.of(version).start(address);
                try (haproxy; Load load = new Load(haproxy, CLIENTS, body())) {
                    awaitMoreRight(load);
                    haproxy.kill();
                }
            });
            Figures.record("faults", version + ", killed " + TIMES + " times under load, " + fared);
        }
    }

    private interface Killing {
        void of(SocketAddress agent) throws Exception;
    }

    private String besideOthers(Agent agent, Killing killing) throws Exception {
        SocketAddress address = agent.addresses().getFirst();
        try (Bystander bystander = new Bystander(address)) {
            Haproxy other = Haproxy.of(version).start(address);
            Load load = new Load(other, 2);
            try (other; load) {
                for (int i = 0; i < TIMES; i++) {
                    killing.of(address);
                }
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(cancelled).hasValue(begun.get()));
                awaitMoreRight(load);
            }
            assertThat(load.wrong()).isEmpty();
            assertThat(load.unanswered()).isEmpty();
            await().atMost(PATIENCE)
                    .until(() -> agent.statistics().connections() == 1 && agent.statistics().inFlight() <= 1);
            assertThat(agent.statistics().protocolErrors()).isZero();
            return "HAProxy beside it: none of " + load.right().stream().mapToLong(Long::longValue).sum()
                    + " events lost, " + bystander.assertNothingLost();
        }
    }

    private void killInTheMiddleOfAFrame(SocketAddress agent) {
        int before = begun.get();
        try (WireTap tap = new WireTap(agent);
                Haproxy haproxy = Haproxy.of(version).start(tap.address());
                Client client = new Client()) {
            List<CompletableFuture<Answer>> lost = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> client.postAsync(haproxy.uri("/record"), body())).toList();
            await().atMost(PATIENCE).until(() -> begun.get() == before + CLIENTS);
            tap.cutFrames();
            CompletableFuture<Answer> cut = client.postAsync(haproxy.uri("/record"), body());
            await().atMost(PATIENCE).until(() -> tap.cut() > 0);
            haproxy.kill();
            assertThat(lost).allSatisfy(answer -> assertThat(answer).failsWithin(PATIENCE));
            assertThat(cut).failsWithin(PATIENCE);
        }
    }

    private static void awaitMoreRight(Load load) {
        List<Long> before = load.right();
        await().atMost(PATIENCE).until(() -> load.eachHasRightSince(before, SOME));
    }

    /** The fixture agent, with handlers of the message {@code record} that do not end by themselves. */
    private AgentBuilder builder(FixtureAgent.Kind kind) {
        AgentBuilder builder = FixtureAgent.configure(Agent.builder(), kind);
        return (kind == FixtureAgent.Kind.BLOCKING
                ? builder.on("record", this::waitForTheEnd)
                : builder.onAsync("record", this::complete)).listen("127.0.0.1:0").shutdownHook(false);
    }

    private void waitForTheEnd(Message message, Reply reply) throws InterruptedException {
        begun.incrementAndGet();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            cancelled.incrementAndGet();
            throw e;
        }
    }

    private CompletableFuture<Void> complete(Message message, Reply reply) {
        begun.incrementAndGet();
        CompletableFuture<Void> never = new CompletableFuture<>();
        CompletableFuture<Void> unused = never.whenComplete((nothing, cause) -> {
            if (never.isCancelled()) {
                cancelled.incrementAndGet();
            }
        });
        return never;
    }
}
