package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an asynchronous handler may return, alone and together with a handler that may block. */
class AsyncHandlerTest {
    private final List<Throwable> causes = new CopyOnWriteArrayList<>();

    /** A stage of somebody who does not offer its future. */
    private static final class Bare<T> extends CompletableFuture<T> {
        @Override
        public CompletableFuture<T> toCompletableFuture() {
            throw new UnsupportedOperationException();
        }
    }

    private Agent start(AsyncMessageHandler handler) {
        return Agents.start(builder -> builder.onAsync("async", handler).on("blocking", Agents::answer)
                .onFailure((failure, reply) -> {
                    failure.cause().ifPresent(causes::add);
                    FailurePolicy.errorVariable().onFailure(failure, reply);
                }));
    }

    private static byte[] notify(boolean withBlocking) {
        return withBlocking
                ? PeerBytes.notify(1, 1, PeerBytes.message("async"), PeerBytes.message("blocking"))
                : PeerBytes.notify(1, 1, PeerBytes.message("async"));
    }

    private void assertAnswered(AsyncMessageHandler handler, boolean withBlocking) {
        try (Agent agent = start(handler); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(notify(withBlocking));

            assertThat(peer.readAck(1, 1)).startsWith(Agents.answerOf("async")).hasSize(withBlocking ? 2 : 1);
            assertThat(agent.statistics().inFlight()).isZero();
        }
        assertThat(causes).isEmpty();
    }

    private void assertFailed(AsyncMessageHandler handler, boolean withBlocking) {
        try (Agent agent = start(handler); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(notify(withBlocking));

            assertThat(peer.readAck(1, 1)).endsWith(Agents.error(FailureKind.HANDLER_ERROR))
                    .hasSize(withBlocking ? 2 : 1);
            assertThat(agent.statistics().inFlight()).isZero();
        }
        assertThat(causes).hasSize(1);
    }

    private static void elsewhere(Runnable task) {
        Thread.ofPlatform().name("elsewhere").start(task);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAtOnce(boolean withBlocking) {
        assertAnswered((message, reply) -> {
            Agents.answer(message, reply);
            return CompletableFuture.completedStage("done");
        }, withBlocking);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersLaterFromAnotherThread(boolean withBlocking) {
        assertAnswered((message, reply) -> {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            elsewhere(() -> {
                Agents.answer(message, reply);
                stage.complete(null);
            });
            return stage;
        }, withBlocking);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mayReturnAStageWithoutAFuture(boolean withBlocking) {
        assertAnswered((message, reply) -> {
            Bare<Object> stage = new Bare<>();
            elsewhere(() -> {
                Agents.answer(message, reply);
                stage.complete(null);
            });
            return stage;
        }, withBlocking);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mayFailAStageWithoutAFuture(boolean withBlocking) {
        assertFailed((message, reply) -> {
            Bare<Object> stage = new Bare<>();
            elsewhere(() -> stage.completeExceptionally(new IllegalStateException("planted")));
            return stage;
        }, withBlocking);
        assertThat(causes.getFirst()).isInstanceOf(IllegalStateException.class).hasMessage("planted");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mayReturnAMinimalStage(boolean withBlocking) {
        assertAnswered((message, reply) -> {
            CompletableFuture<Object> future = new CompletableFuture<>();
            elsewhere(() -> {
                Agents.answer(message, reply);
                future.complete(null);
            });
            return future.minimalCompletionStage();
        }, withBlocking);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhenTheStageCompletesExceptionallyAtOnce(boolean withBlocking) {
        assertFailed((message, reply) -> {
            Agents.answer(message, reply);
            return CompletableFuture.failedStage(new IllegalStateException("planted"));
        }, withBlocking);
        assertThat(causes.getFirst()).isInstanceOf(IllegalStateException.class).hasMessage("planted");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhenTheStageCompletesExceptionallyLater(boolean withBlocking) {
        assertFailed((message, reply) -> {
            CompletableFuture<Object> first = new CompletableFuture<>();
            elsewhere(() -> {
                Agents.answer(message, reply);
                first.completeExceptionally(new IllegalStateException("planted"));
            });
            // a stage that depends on another one wraps what has happened to that
            return first.thenApply(result -> result);
        }, withBlocking);
        assertThat(causes.getFirst()).isInstanceOf(IllegalStateException.class).hasMessage("planted");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhenTheHandlerItselfCancelsItsStage(boolean withBlocking) {
        assertFailed((message, reply) -> {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            elsewhere(() -> stage.cancel(false));
            return stage;
        }, withBlocking);
        assertThat(causes.getFirst()).isInstanceOf(CancellationException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhenThereIsNoStage(boolean withBlocking) {
        assertFailed((message, reply) -> null, withBlocking);
        assertThat(causes.getFirst())
                .hasMessage("the asynchronous handler returned null in place of a stage");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failsWhenTheHandlerThrows(boolean withBlocking) {
        assertFailed((message, reply) -> {
            throw new Exception("planted");
        }, withBlocking);
        assertThat(causes.getFirst()).hasMessage("planted");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsAWrapperThatHasNoCause(boolean withBlocking) {
        assertFailed((message, reply) -> CompletableFuture.failedStage(new CompletionException("bare", null)),
                withBlocking);
        assertThat(causes.getFirst()).hasMessage("bare");
    }

    @Test
    void isAnsweredInTheOrderOfCompletion() {
        Gate gate = new Gate();
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.ASYNC, "wait"));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            for (int i = 1; i <= 20; i++) {
                peer.sendNotify(i, 1, "wait");
            }
            gate.await(20);
            assertThat(agent.statistics().inFlight()).isEqualTo(20);
            List<Long> order = new ArrayList<>();
            for (int i = 20; i >= 1; i--) {
                gate.await(i).release();
                order.add((long) i);
            }

            assertThat(peer.readAcks(20)).extracting(Peer.Ack::streamId).isEqualTo(order);
        }
    }

    @Test
    void mayBeCompletedByAnInlineHandlerOnTheSameEventLoop() {
        Gate gate = new Gate();
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.ASYNC, "wait")
                .onInline("release", (message, reply) -> {
                    reply.set(Scope.TRANSACTION, "first", 1L);
                    gate.releaseAll();
                    reply.set(Scope.TRANSACTION, "second", 2L);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait").sendNotify(3, 1, "release");

            assertThat(peer.readAck(3, 1)).containsExactly(Agents.set("first", Value.of(1L)),
                    Agents.set("second", Value.of(2L)));
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
        }
    }

    @Test
    void isLeftToItselfWhereTheStageCannotBeCancelled() {
        Bare<Object> stage = new Bare<>();
        try (Agent agent = start((message, reply) -> stage)) {
            try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
                peer.send(notify(false));
                Agents.until(() -> agent.statistics().inFlight() == 1);
            }
            Agents.until(() -> agent.statistics().connections() == 0);
            assertThat(stage).isNotDone();
            assertThat(agent.statistics().inFlight()).isEqualTo(1);

            stage.complete(null);

            Agents.until(() -> agent.statistics().inFlight() == 0);
            assertThat(agent.statistics().lateResults()).isEqualTo(1);
        }
    }

    /** As with {@link CompletableFuture#orTimeout}: the thread that was to complete the stage does not know that it is over. */
    @ParameterizedTest
    @CsvSource({"INLINE, false", "INLINE, true", "BLOCKING, false", "BLOCKING, true"})
    void ignoresWhatIsSetAfterAStageHasFailedAlsoWhileTheNextMessageIsHandled(HandlerKind others, boolean atOnce) {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        IllegalStateException failure = new IllegalStateException("planted");
        List<Reply> kept = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> {
            others.register(builder, "before", Agents::answer);
            builder.onAsync("async", (message, reply) -> {
                kept.add(reply);
                reply.set(Scope.SESSION, "taken_back", true);
                if (atOnce) {
                    stage.completeExceptionally(failure);
                } else {
                    elsewhere(() -> stage.completeExceptionally(failure));
                }
                return stage;
            });
            others.register(builder, "next", (message, reply) -> {
                kept.getFirst().set(Scope.SESSION, "late", true);
                Agents.answer(message, reply);
            });
        }); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("before"), PeerBytes.message("async"),
                    PeerBytes.message("next")));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("before"), Agents.answerOf("next"),
                    Agents.error(FailureKind.HANDLER_ERROR));
            assertThat(agent.statistics().lateActions()).isEqualTo(1);
        }
    }
}
