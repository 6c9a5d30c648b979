package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.failure;
import static dev.spoa.engine.ScriptedAgent.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3.2: how many NOTIFYs are in flight, and how long. */
class FlightTest {
    private static final String HELLO_WITHOUT_PIPELINING = "00000036 65 00000001 0000 0776657273696f6e 0803322e30"
            + "0e6d61782d6672616d652d73697a65 03fcf006 0c6361706162696c6974696573 0800";

    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private static List<CompletableFuture<Ack>> notify(Engine engine, int number) {
        List<CompletableFuture<Ack>> acks = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            acks.add(engine.notify("m"));
        }
        return acks;
    }

    private List<Long> readStreamIds(int number) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            ids.add(Long.parseLong(agent.readFrame().substring(10, 12), 16));
        }
        return ids;
    }

    @Test
    void twentyAreInFlightAndTheOthersWaitTheirTurn() {
        try (Engine engine = agent.connect(Engine.builder())) {
            List<CompletableFuture<Ack>> acks = notify(engine, 22);
            List<Long> ids = readStreamIds(20);
            assertThat(ids).startsWith(1L, 3L, 5L).endsWith(37L, 39L).doesNotHaveDuplicates();
            agent.expectNothing();
            agent.ack(39, 1, "");
            result(acks.get(19));
            assertThat(readStreamIds(1)).containsExactly(41L);
            agent.expectNothing();
            agent.ack(1, 1, "");
            assertThat(readStreamIds(1)).containsExactly(43L);
            assertThat(acks.get(1)).isNotDone();
        }
    }

    @Test
    void oneIsInFlightIfOneSideDoesNotPipeline() {
        try (Engine engine = agent.connect(Engine.builder(), HELLO_WITHOUT_PIPELINING)) {
            sendsOneAfterTheOther(engine);
        }
        try (Engine engine = agent.connect(Engine.builder().pipelining(false))) {
            sendsOneAfterTheOther(engine);
        }
    }

    private void sendsOneAfterTheOther(Engine engine) {
        List<CompletableFuture<Ack>> acks = notify(engine, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(readStreamIds(1)).containsExactly(2L * i + 1);
            agent.expectNothing();
            agent.ack(2L * i + 1, 1, "");
            result(acks.get(i));
        }
    }

    @Test
    void refusesWhatTheQueueHasNoRoomFor() {
        try (Engine engine = agent.connect(Engine.builder().maxInFlight(1).maxQueued(2))) {
            List<CompletableFuture<Ack>> acks = notify(engine, 4);
            EngineException failure = failure(acks.get(3));
            assertThat(failure.kind()).isEqualTo(Kind.QUEUE_FULL);
            assertThat(failure).hasMessage("1 NOTIFYs are in flight and 2 wait, which is the limit");
            readStreamIds(1);
            agent.ack(1, 1, "");
            result(acks.get(0));
            readStreamIds(1);
            assertThat(engine.notify("m")).isNotCompletedExceptionally();
        }
    }

    @Test
    void callbacksSeeTheFailureItselfAndNoWrapper() {
        try (Engine engine = agent.connect(Engine.builder().processingTimeout(Duration.ofMillis(20)))) {
            CompletableFuture<Throwable> seen = engine.notify("m").handle((ack, failure) -> failure);
            assertThat(result(seen)).isInstanceOf(EngineException.class);
        }
    }

    @Test
    void timesOutWhatWasSentAndWhatWasNotAndGoesOn() {
        try (Engine engine = agent.connect(
                Engine.builder().maxInFlight(1).processingTimeout(Duration.ofMillis(50)))) {
            List<CompletableFuture<Ack>> acks = notify(engine, 2);
            EngineException sent = failure(acks.get(0));
            assertThat(sent.kind()).isEqualTo(Kind.PROCESSING_TIMEOUT);
            assertThat(sent.errorVariable()).hasValue(1);
            assertThat(sent).hasMessage("no ACK within 50 ms for stream-id 1, frame-id 1");
            assertThat(failure(acks.get(1)).kind()).isEqualTo(Kind.PROCESSING_TIMEOUT);
            readStreamIds(1);
            assertThat(engine.isOpen()).isTrue();
            assertThat(engine.lateAcks()).isZero();

            CompletableFuture<Ack> late = engine.notify("m");
            agent.ack(1, 1, "");
            long id = readStreamIds(1).getFirst();
            agent.ack(id, 1, "");
            result(late);
            assertThat(engine.lateAcks()).isEqualTo(1);
        }
    }

    @Test
    void olderEngineTakesALateAckForTheNextEventsAsHaproxyDoes() {
        EngineGroup group = new EngineGroup(1);
        Engine engine = agent.connect(Engine.builder().profile(EngineProfile.LEGACY).group(group)
                .processingTimeout(Duration.ofMillis(50)));
        EngineStream client = engine.stream();
        EngineException timeout = failure(client.notify("first"));
        assertThat(timeout.kind()).isEqualTo(Kind.PROCESSING_TIMEOUT);
        String first = agent.readFrame();
        CompletableFuture<Ack> second = client.notify("other");
        String other = agent.readFrame();
        assertThat(other.substring(10, 14)).as("ids").isEqualTo(first.substring(10, 14)).isEqualTo("0001");
        agent.ack(0, 1, "02 02 02 0166");
        assertThat(result(second).actions()).as("what belongs to the first").hasSize(1);
        assertThat(engine.lateAcks()).isZero();
        agent.ack(0, 1, "");
        CompletableFuture<Ack> third = client.notify("third");
        agent.readFrame();
        agent.ack(0, 2, "");
        assertThat(result(third).actions()).as("the second ACK for ids used twice is no error").isEmpty();
        assertThat(engine.lateAcks()).isEqualTo(1);
        agent.endConnection();
        group.close();
    }

    @Test
    void lateAcksAreKnownEvenWhenTooManyToRemember() {
        int many = 5_000;
        try (Engine engine = agent.connect(
                Engine.builder().maxInFlight(many).processingTimeout(Duration.ofMillis(300)))) {
            List<CompletableFuture<Ack>> acks = notify(engine, many);
            acks.forEach(ack -> assertThat(failure(ack).kind()).isEqualTo(Kind.PROCESSING_TIMEOUT));
            for (int i = 0; i < many; i++) {
                agent.readFrame();
                agent.ack(2L * i + 1, 1, "");
            }
            await().atMost(ScriptedAgent.PATIENCE).until(() -> engine.lateAcks() == many);
            assertThat(engine.isOpen()).isTrue();
        }
    }

    @Test
    void givingUpAFutureChangesNothingForTheAgent() {
        try (Engine engine = agent.connect(Engine.builder().maxInFlight(1))) {
            EngineStream client = engine.stream();
            client.notify("m").cancel(false);
            assertThatIllegalStateException().isThrownBy(() -> client.notify("m"));
            CompletableFuture<Ack> other = engine.notify("m");
            assertThat(readStreamIds(1)).containsExactly(1L);
            agent.expectNothing();
            agent.ack(1, 1, "");
            assertThat(readStreamIds(1)).containsExactly(3L);
            agent.ack(3, 1, "");
            result(other);
        }
    }

    @Test
    void sendsNoMoreToAnAgentThatDoesNotRead() throws Exception {
        Argument large = new Argument("a", Value.of("x".repeat(16_000)));
        try (Engine engine = agent.connect(
                Engine.builder().maxInFlight(1_000).processingTimeout(Duration.ofMillis(100)))) {
            for (int round = 0; round < 20; round++) {
                List<CompletableFuture<Ack>> acks = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    acks.add(engine.notify("m", large));
                }
                acks.forEach(ack -> assertThat(failure(ack).kind()).isEqualTo(Kind.PROCESSING_TIMEOUT));
            }
            assertThat(engine.bytesSent()).as("of the 32 MB that were to be sent").isLessThan(16_000_000);
        }
    }

    @Test
    void enginesOfOneGroupShareTheCounterOfStreams() {
        try (EngineGroup group = new EngineGroup(2)) {
            EngineBuilder builder = Engine.builder().profile(EngineProfile.LEGACY).group(group);
            Engine first = agent.connect(builder);
            notify(first, 1);
            assertThat(readStreamIds(1)).containsExactly(0L);
            agent.endConnection();
            Engine second = agent.connect(builder);
            notify(second, 1);
            assertThat(readStreamIds(1)).containsExactly(1L);
            agent.endConnection();
        }
    }
}
