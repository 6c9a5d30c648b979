package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Limits;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineBuilder;
import dev.spoa.engine.EngineGroup;
import dev.spoa.engine.EngineProfile;
import dev.spoa.engine.raw.Peer;
import dev.spoa.it.OpenLoop.Outcome;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import java.lang.management.ManagementFactory;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten times as many NOTIFYs as the handlers can take, from clients that do not wait for the answers. */
class OverloadIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 8;
    private static final int PLACES = 100;
    private static final Duration WORK = Duration.ofSeconds(1);
    private static final int OFFERED = 10 * PLACES;
    private static final Duration TIME = Duration.ofSeconds(8);

    private final EngineGroup group = new EngineGroup(1);
    private final List<Engine> engines = new ArrayList<>();
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger mostAtWork = new AtomicInteger();

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
        group.close();
    }

    private Agent start(AgentBuilder builder) {
        Agent agent = builder.on("slow", this::work).on("quick", OverloadIT::answer).listen("127.0.0.1:0")
                .shutdownHook(false).start();
        EngineBuilder settings = Engine.builder().profile(EngineProfile.MUX).group(group)
                .maxInFlight(EngineBuilder.MAX_IN_FLIGHT).processingTimeout(PATIENCE);
        for (int i = 0; i < CONNECTIONS; i++) {
            engines.add(settings.connect(agent.addresses().getFirst()));
        }
        return agent;
    }

    private void work(Message message, Reply reply) throws InterruptedException {
        mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
        try {
            TimeUnit.NANOSECONDS.sleep(WORK.toNanos());
            answer(message, reply);
        } finally {
            atWork.decrementAndGet();
        }
    }

    private static void answer(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, message.name(), true);
    }

    /** The figures are to be those of compiled code. */
    private void warmUp() {
        OpenLoop load = new OpenLoop(engines);
        load.offer("quick", OFFERED, WORK);
        load.join();
    }

    private static long refused(Agent agent) {
        return agent.statistics().failures().getOrDefault(FailureKind.OVERLOAD, 0L);
    }

    @Test
    void isRefusedAtOnceAndEverythingElseGoesOn() throws Exception {
        try (Agent agent = start(Agent.builder().inFlight("slow", PLACES).inFlight("quick", PLACES)
                .limits(Limits.builder().notifications(PLACES).build()))) {
            warmUp();
            long refusedBefore = refused(agent);
            long heapBefore = usedHeap();
            OpenLoop load = new OpenLoop(engines);
            CompletableFuture<Void> endsSeen = new CompletableFuture<>();
            CompletableFuture<Void> offered =
                    CompletableFuture.runAsync(() -> load.offer("slow", OFFERED, TIME, endsSeen));
            int refusedElsewhere = 0;
            try {
                await().atMost(PATIENCE).until(() -> load.count(Outcome.REFUSED) > OFFERED);
                refusedElsewhere = assertThatEndsAreSeen(agent);
            } finally {
                endsSeen.complete(null);
            }
            offered.join();
            long end = System.nanoTime();
            long heapThen = usedHeap();

            OpenLoop afterwards = new OpenLoop(engines);
            afterwards.offer("quick", 2 * PLACES, WORK);
            load.join();
            afterwards.join();
            await().atMost(PATIENCE).until(() -> agent.statistics().inFlight() == 0);

            double seconds = (double) load.sent() / OFFERED;
            double capacity = PLACES * seconds * 1_000 / WORK.toMillis();
            Figures.record("overload", String.format("%d NOTIFYs/s for %.1f s, room for %d handlers that block %d ms: "
                    + "%d handled, %.0f %% of capacity, %d at once at most; %d refused, after p50 %.1f ms, p99 %.1f ms, "
                    + "at most %.1f ms", OFFERED, seconds, PLACES, WORK.toMillis(), load.count(Outcome.HANDLED),
                    100 * load.count(Outcome.HANDLED) / capacity, mostAtWork.get(), load.count(Outcome.REFUSED),
                    load.millis(Outcome.REFUSED, 0.5), load.millis(Outcome.REFUSED, 0.99),
                    load.millis(Outcome.REFUSED, 1)));
            Figures.record("overload", String.format("heap of agent and engine: %.1f MB before, %.1f MB at the end of "
                    + "the load; the last of %d NOTIFYs/s was refused %.0f ms after it", heapBefore / 1e6,
                    heapThen / 1e6, 2 * PLACES, Math.max(0, afterwards.lastRefusal() - end) / 1e6));
            assertThat(load.count(Outcome.ANYTHING_ELSE)).isZero();
            assertThat(load.count(Outcome.HANDLED) + load.count(Outcome.REFUSED)).isEqualTo(load.sent());
            assertThat(mostAtWork.get()).as("handlers at once").isLessThanOrEqualTo(PLACES);
            assertThat(refused(agent)).isEqualTo(
                    refusedBefore + load.count(Outcome.REFUSED) + afterwards.count(Outcome.REFUSED) + refusedElsewhere);
            assertThat(engines).as("connections").allMatch(Engine::isOpen);
            assertThatServiceIsNormal(agent);
        }
    }

    /** Returns how many NOTIFYs were refused on the connections that end. */
    private int assertThatEndsAreSeen(Agent agent) {
        SocketAddress address = agent.addresses().getFirst();
        long connections = agent.statistics().connections();
        int refused;
        try (Peer leaves = Peer.mux(address); Peer disconnects = Peer.mux(address)) {
            for (int i = 1; i <= 20; i++) {
                disconnects.sendNotify(i, 1, "slow");
            }
            refused = Math.toIntExact(disconnects.readAcks(20).stream()
                    .filter(ack -> new Ack(ack.streamId(), ack.frameId(), ack.actions())
                            .value(Scope.TRANSACTION, "agent_error").isPresent())
                    .count());
            disconnects.sendDisconnect(StatusCode.NORMAL).expectDisconnect(StatusCode.NORMAL);
            leaves.halfClose().expectClosed();
        }
        await().atMost(PATIENCE).until(() -> agent.statistics().connections() == connections);
        return refused;
    }

    private void assertThatServiceIsNormal(Agent agent) {
        OpenLoop full = new OpenLoop(engines);
        long acks = agent.statistics().acks();
        full.offer("slow", PLACES * 100, Duration.ofMillis(10));
        full.join();

        assertThat(full.count(Outcome.HANDLED)).isEqualTo(PLACES);
        assertThat(agent.statistics().acks()).isEqualTo(acks + PLACES);
    }

    @Test
    void ofOneMessageDoesNotTakeTheRoomOfTheOthers() {
        Duration time = Duration.ofSeconds(3);
        int quick = 100;
        // room for all the quick ones of the test at once, so that no pause of this machine can refuse one
        int places = PLACES + quick * (int) time.toSeconds();
        try (Agent agent = start(Agent.builder().inFlight("slow", PLACES).inFlight("quick", places)
                .limits(Limits.builder().notifications(places).build()))) {
            OpenLoop slowLoad = new OpenLoop(engines);
            OpenLoop quickLoad = new OpenLoop(engines);
            CompletableFuture<Void> slowOffered =
                    CompletableFuture.runAsync(() -> slowLoad.offer("slow", OFFERED, time));
            quickLoad.offer("quick", quick, time);
            slowOffered.join();
            slowLoad.join();
            quickLoad.join();

            Figures.record("overload", String.format("%d NOTIFYs/s of a message that blocks 1 s, with room for %d of "
                    + "it: %d handled, %d refused; beside it %d/s of a quick one: %d handled, p99 %.1f ms, %d refused",
                    OFFERED, PLACES, slowLoad.count(Outcome.HANDLED), slowLoad.count(Outcome.REFUSED), quick,
                    quickLoad.count(Outcome.HANDLED), quickLoad.millis(Outcome.HANDLED, 0.99),
                    quickLoad.count(Outcome.REFUSED)));
            assertThat(quickLoad.count(Outcome.HANDLED)).isEqualTo(quickLoad.sent());
            assertThat(refused(agent)).isEqualTo(slowLoad.count(Outcome.REFUSED));
            assertThat(slowLoad.count(Outcome.REFUSED)).isPositive();
            assertThat(slowLoad.count(Outcome.ANYTHING_ELSE)).isZero();
            assertThat(mostAtWork.get()).isLessThanOrEqualTo(PLACES);
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
