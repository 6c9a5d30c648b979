package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.failure;
import static dev.spoa.engine.ScriptedAgent.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 4: who ends a connection, and what becomes of what is pending. */
class EndTest {
    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private static EngineBuilder builder(EngineProfile profile) {
        return Engine.builder().profile(profile);
    }

    @ParameterizedTest
    @CsvSource({"LEGACY, 0, 256", "LEGACY, 4, 260", "LEGACY, 200, 456", "MUX, 0, 257", "MUX, 4, 260",
        "MUX, 200, 456"})
    void aDisconnectOfTheAgentsFailsWhatIsPending(EngineProfile profile, long code, long errorVariable) {
        Engine engine = agent.connect(builder(profile));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        agent.disconnect(code);
        EngineException failure = failure(pending);
        assertThat(failure.kind()).isEqualTo(Kind.DISCONNECTED);
        assertThat(failure.code()).hasValue(code);
        assertThat(failure.errorVariable()).hasValue(errorVariable);
        assertThat(failure).hasMessageContaining(code + " (so it is)");
        agent.expectEnd();
        if (code == 0) {
            result(engine.closed());
        } else {
            assertThat(failure(engine.closed())).isSameAs(failure);
        }
        assertThat(failure(engine.notify("m"))).isSameAs(failure);
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheConnectionFailsWhatIsPending(EngineProfile profile) {
        Engine engine = agent.connect(builder(profile));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        agent.endConnection();
        EngineException failure = failure(pending);
        assertThat(failure.kind()).isEqualTo(Kind.CONNECTION_LOST);
        assertThat(failure.errorVariable()).hasValue(257);
        assertThat(failure(engine.closed())).isSameAs(failure);
        assertThat(engine.isOpen()).isFalse();
    }

    @Test
    void saysThatTheEndCameInTheMiddleOfAFrame() {
        Engine engine = agent.connect(builder(EngineProfile.MUX));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        agent.send("00000020 67 0000");
        agent.endConnection();
        assertThat(failure(pending)).hasMessageContaining("in the middle of a frame, 7 bytes into it");
    }

    @ParameterizedTest
    @EnumSource
    void disconnectIsAnsweredByTheAgents(EngineProfile profile) {
        Engine engine = agent.connect(builder(profile));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        CompletableFuture<Void> done = CompletableFuture.runAsync(engine::disconnect);
        agent.expectDisconnect(0);
        assertThat(failure(pending).kind()).isEqualTo(Kind.CLOSED);
        assertThat(done).isNotDone();
        agent.ack(1, 1, "");
        agent.disconnect(0);
        agent.expectEnd();
        result(done);
        result(engine.closed());
    }

    @Test
    void anAgentThatDoesNotAnswerDisconnectIsNotWaitedForForEver() {
        Engine engine = agent.connect(builder(EngineProfile.LEGACY).helloTimeout(Duration.ofMillis(200)));
        engine.disconnect();
        agent.expectDisconnect(0);
        agent.expectEnd();
    }

    @Test
    void newerEngineClosesWithoutAWord() {
        Engine engine = agent.connect(builder(EngineProfile.MUX));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        engine.close();
        agent.expectEnd();
        assertThat(failure(pending).kind()).isEqualTo(Kind.CLOSED);
        assertThat(failure(engine.notify("m")).kind()).isEqualTo(Kind.CLOSED);
        engine.close();
        engine.disconnect();
    }

    @Test
    void olderEngineSaysGoodbyeAfterSomeIdleTime() {
        Engine engine = agent.connect(builder(EngineProfile.LEGACY).idleTimeout(Duration.ofMillis(50)));
        agent.expectDisconnect(2);
        agent.disconnect(0);
        agent.expectEnd();
        result(engine.closed());
    }

    @Test
    void waitingForAnAckIsIdleToo() {
        Engine engine = agent.connect(builder(EngineProfile.LEGACY).idleTimeout(Duration.ofMillis(50)));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        agent.expectDisconnect(2);
        agent.disconnect(0);
        assertThat(failure(pending).kind()).isEqualTo(Kind.DISCONNECTED);
        result(engine.closed());
    }

    @Test
    void closingTheGroupEndsItsEngines() {
        EngineGroup group = new EngineGroup(1);
        Engine engine = agent.connect(builder(EngineProfile.LEGACY).group(group));
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        group.close();
        agent.expectEnd();
        assertThat(failure(pending).kind()).isEqualTo(Kind.CLOSED);
        assertThat(failure(engine.notify("m")).kind()).isEqualTo(Kind.CLOSED);
        result(engine.closed());
        engine.close();
    }

    @Test
    void closingTheGroupFailsConnectionsThatAreNotOpenYet() {
        EngineGroup group = new EngineGroup(1);
        CompletableFuture<Engine> engine = builder(EngineProfile.MUX).group(group).connectAsync(agent.address());
        CompletableFuture<HealthCheck> check = HealthChecker.check(builder(EngineProfile.MUX).group(group),
                agent.address());
        agent.accept();
        group.close();
        assertThat(failure(engine).kind()).isEqualTo(Kind.CLOSED);
        assertThat(result(check).up()).isFalse();
    }

    @Test
    void aClosedGroupConnectsNoMore() {
        EngineGroup group = new EngineGroup(1);
        group.close();
        EngineException failure = failure(builder(EngineProfile.MUX).group(group).connectAsync(agent.address()));
        assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        assertThat(builder(EngineProfile.MUX).group(group).check(agent.address()).up()).isFalse();
    }

    @Test
    void anEventLoopMustNotWait() {
        try (EngineGroup group = new EngineGroup(1)) {
            EngineBuilder builder = builder(EngineProfile.MUX).group(group);
            assertThat(CompletableFuture.runAsync(() -> builder.connect(agent.address()), group.executor()))
                    .failsWithin(ScriptedAgent.PATIENCE).withThrowableThat()
                    .withMessageContaining("an event loop must not wait");
            assertThat(CompletableFuture.runAsync(() -> builder.check(agent.address()), group.executor()))
                    .failsWithin(ScriptedAgent.PATIENCE);
        }
    }

    @Test
    void aConnectionThatNobodyWaitsForAnyMoreIsClosed() {
        CompletableFuture<Engine> engine = builder(EngineProfile.MUX).connectAsync(agent.address());
        engine.cancel(false);
        agent.accept();
        agent.readFrame();
        agent.send(ScriptedAgent.HELLO);
        agent.expectEnd();
    }

    @Test
    void anEngineMayBeClosedWhereItsFutureFails() {
        try (EngineGroup group = new EngineGroup(1)) {
            Engine engine = agent.connect(builder(EngineProfile.LEGACY).group(group));
            // on the event loop, where the future cannot have failed before anybody asks it
            CompletableFuture<Void> closed = new CompletableFuture<>();
            group.executor().execute(() -> {
                var unused = engine.notify("m", new Argument("a", Value.of("x".repeat(20_000))))
                        .whenComplete((ack, failure) -> {
                            engine.close();
                            closed.complete(null);
                        });
            });
            agent.expectDisconnect(10);
            result(closed);
            agent.expectNothing();
            agent.disconnect(0);
            result(engine.closed());
        }
    }

    @Test
    void aHelloThatIsRefusedIsAnsweredBeforeTheConnectionEnds() {
        EngineException refusal = agent.refusal(builder(EngineProfile.LEGACY), PeerBytes.frame(FrameType.AGENT_HELLO,
                FrameHeader.FIN, 0, 0, new byte[0]));
        assertThat(refusal.status()).contains(StatusCode.VERSION_NOT_FOUND);
        agent.expectDisconnect(5);
        agent.expectNothing();
        agent.disconnect(0);
        agent.expectEnd();
    }

    @Test
    void garbageAfterOurDisconnectEndsTheConnection() {
        Engine engine = agent.connect(builder(EngineProfile.LEGACY));
        CompletableFuture<Void> done = CompletableFuture.runAsync(engine::disconnect);
        agent.expectDisconnect(0);
        agent.send(PeerBytes.bytes("ffffffff"));
        agent.expectEnd();
        result(done);
    }
}
