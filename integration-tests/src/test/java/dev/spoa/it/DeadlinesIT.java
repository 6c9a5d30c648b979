package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.AgentStatistics;
import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Limits;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineBuilder;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.testkit.HaproxyVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With a deadline every NOTIFY has its ACK, whatever the handlers do. */
class DeadlinesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration DEADLINE = Duration.ofMillis(100);
    private static final int NOTIFICATIONS = 200;

    private volatile boolean released;
    private final AtomicInteger spinning = new AtomicInteger();

    private static Agent start(AgentBuilder builder) {
        return builder.limits(Limits.builder().deadline(DEADLINE).build()).on("quick", DeadlinesIT::answer)
                .onInline("inline", DeadlinesIT::answer).listen("127.0.0.1:0").shutdownHook(false).start();
    }

    private static Engine connect(Agent agent) {
        return Engine.builder().maxInFlight(EngineBuilder.MAX_IN_FLIGHT).processingTimeout(PATIENCE)
                .connect(agent.addresses().getFirst());
    }

    private static void answer(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, message.name(), true);
    }

    /** Neither sleeps nor looks whether it was interrupted. */
    private void spin(Message message, Reply reply) {
        spinning.incrementAndGet();
        while (!released) {
            Thread.onSpinWait();
        }
        answer(message, reply);
    }

    private static List<Ack> join(List<CompletableFuture<Ack>> acks) {
        return acks.stream().map(CompletableFuture::join).toList();
    }

    @Test
    void everyNotifyIsAnsweredWhileHandlersSpinOnAllCarriers() {
        int carriers = Runtime.getRuntime().availableProcessors();
        int spinners = 2 * carriers + 2;
        try (Agent agent = start(Agent.builder().on("spin", this::spin)); Engine engine = connect(agent)) {
            try {
                List<CompletableFuture<Ack>> spun =
                        IntStream.range(0, spinners).mapToObj(i -> engine.notify("spin")).toList();
                assertAnsweredByDeadline(join(spun));
                await().atMost(PATIENCE).until(() -> spinning.get() == carriers);

                // their handler is as quick as can be, but no carrier is left for it
                long start = System.nanoTime();
                List<CompletableFuture<Ack>> quick =
                        IntStream.range(0, NOTIFICATIONS).mapToObj(i -> engine.notify("quick")).toList();
                assertAnsweredByDeadline(join(quick));
                long nanos = System.nanoTime() - start;
                assertThat(engine.notify("inline").join().value(Scope.TRANSACTION, "inline")).hasValue(Value.TRUE);
                Figures.record("deadlines",
                        String.format("%d handlers that spin on %d carriers: %d NOTIFYs beside them "
                                + "all answered after %.0f ms, with a deadline of %d ms", spinners, carriers,
                                NOTIFICATIONS,
                                nanos / 1e6, DEADLINE.toMillis()));
                assertThat(agent.statistics().inFlight()).isEqualTo(spinners + NOTIFICATIONS);
                assertThat(agent.statistics().lateResults()).isZero();
            } finally {
                released = true;
            }
            await().atMost(PATIENCE).until(() -> agent.statistics().inFlight() == 0);
            AgentStatistics did = agent.statistics();
            assertThat(did.lateResults()).isEqualTo(spinners + NOTIFICATIONS);
            assertThat(did.acks()).isEqualTo(did.notifications());
            assertThat(engine.notify("quick").join().value(Scope.TRANSACTION, "quick")).hasValue(Value.TRUE);
        }
    }

    private static void assertAnsweredByDeadline(List<Ack> acks) {
        assertThat(acks).allSatisfy(ack -> assertThat(ack.value(Scope.TRANSACTION, "agent_error"))
                .hasValue(Value.of(FailureKind.DEADLINE.text())))
                .allSatisfy(ack -> assertThat(ack.actions()).hasSize(1));
    }

    @Test
    void blockedHandlersAreInterruptedAndGiveTheirPlacesBack() {
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        try (Agent agent = start(Agent.builder().on("block", (message, reply) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
        }).inFlight("block", NOTIFICATIONS)); Engine engine = connect(agent)) {
            for (int round = 1; round <= 3; round++) {
                int expected = round * NOTIFICATIONS;
                List<CompletableFuture<Ack>> acks = new ArrayList<>();
                for (int i = 0; i < NOTIFICATIONS; i++) {
                    acks.add(engine.notify("block"));
                }
                assertAnsweredByDeadline(join(acks));
                await().atMost(PATIENCE).until(() -> agent.statistics().inFlight() == 0);
                assertThat(interrupted).hasValue(expected);
                assertThat(agent.statistics().lateResults()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.spoa.it.Versions#all")
    void haproxyHasTheAnswerLongBeforeItsOwnTimeout(HaproxyVersion version) throws Exception {
        version.assumeBinary();
        for (FixtureAgent.Kind kind : FixtureAgent.Kind.values()) {
            try (Agent agent = FixtureAgent.configure(Agent.builder(), kind).deadline("sleep", DEADLINE)
                    .listen("127.0.0.1:0").shutdownHook(false).start();
                    Haproxy haproxy = Haproxy.of(version).start(agent.addresses().getFirst());
                    Client client = new Client()) {
                Answer answer = client.get(haproxy.uri("/sleep?ms=60000"));

                assertThat(answer.variable("agent_error")).hasValue("deadline");
                assertThat(answer.variable("spoe_error")).isEmpty();
                assertThat(answer.variable("slept")).isEmpty();
            }
        }
    }
}
