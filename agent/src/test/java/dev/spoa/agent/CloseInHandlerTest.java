package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.StatusCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler may close its own agent. */
class CloseInHandlerTest {
    private final CompletableFuture<Agent> agent = new CompletableFuture<>();

    private void closeAndAnswer(Message message, Reply reply) {
        agent.join().close();
        Agents.answer(message, reply);
    }

    @ParameterizedTest
    @EnumSource(names = {"INLINE", "ASYNC"})
    void returnsAtOnceOnTheEventLoopAndTheAnswerIsSent(HandlerKind kind) throws Exception {
        agent.complete(Agents.start(builder -> kind.register(builder, "close", this::closeAndAnswer)));
        try (Peer peer = Peer.mux(Agents.addressOf(agent.get()))) {
            peer.sendNotify(1, 1, "close");

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("close"));
            peer.expectDisconnect(StatusCode.NORMAL);
        }
        agent.get().awaitClosed();
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC_LATER", "BLOCKING"})
    void waitsForItselfNoLongerThanTheGraceTime(HandlerKind kind) throws Exception {
        CompletableFuture<Void> returned = new CompletableFuture<>();
        agent.complete(Agents.start(builder -> kind.register(builder.grace(Duration.ofMillis(50)), "close",
                (message, reply) -> {
                    closeAndAnswer(message, reply);
                    returned.complete(null);
                })));
        try (Peer peer = Peer.mux(Agents.addressOf(agent.get()))) {
            peer.sendNotify(1, 1, "close");

            peer.expectDisconnect(StatusCode.NORMAL);
            peer.halfClose();
            returned.get(10, TimeUnit.SECONDS);
            agent.get().awaitClosed();
        }
    }

    @Test
    void mayLeaveTheWaitingToAnotherThread() throws Exception {
        agent.complete(Agents.start(builder -> builder.on("close", (message, reply) -> {
            Thread.ofVirtual().start(() -> agent.join().close());
            Agents.answer(message, reply);
        })));
        try (Peer peer = Peer.mux(Agents.addressOf(agent.get()))) {
            peer.sendNotify(1, 1, "close");

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("close"));
            peer.expectDisconnect(StatusCode.NORMAL);
        }
        agent.get().awaitClosed();
    }
}
