package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is set after the reply was handed over is ignored and counted. */
class LateReplyTest {
    private final List<Reply> kept = new CopyOnWriteArrayList<>();

    private void keep(Message message, Reply reply) {
        kept.add(reply);
        Agents.answer(message, reply);
    }

    @ParameterizedTest
    @EnumSource
    void afterTheAck(HandlerKind kind) {
        try (Agent agent = Agents.start(builder -> kind.register(builder, "keep", this::keep));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "keep");
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("keep"));

            kept.getFirst().set(Scope.SESSION, "late", true).unset(Scope.SESSION, "late");

            assertThat(agent.statistics().lateActions()).isEqualTo(2);
            peer.sendNotify(3, 1, "keep");
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("keep"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void fromTheHandlerOfAnotherNotify(HandlerKind kind) {
        try (Agent agent = Agents.start(
                builder -> kind.register(builder, "keep", this::keep).on("late", (message, reply) -> {
                    kept.forEach(earlier -> earlier.set(Scope.SESSION, "late", true));
                    Agents.answer(message, reply);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "keep");
            peer.readAck(1, 1);
            peer.sendNotify(3, 1, "late");

            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("late"));
            assertThat(agent.statistics().lateActions()).isEqualTo(1);
        }
    }

    /** Both on the event loop, where the reply of the first would be the same object as that of a third. */
    @Test
    void fromTheEventLoopAfterAnInlineHandler() {
        try (Agent agent = Agents.start(builder -> HandlerKind.ASYNC
                .register(builder.onInline("keep", this::keep), "late", (message, reply) -> {
                    kept.getFirst().set(Scope.SESSION, "late", true);
                    Agents.answer(message, reply);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.join(PeerBytes.notify(1, 1, PeerBytes.message("keep")),
                    PeerBytes.notify(3, 1, PeerBytes.message("late"))));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("keep"));
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("late"));
            assertThat(agent.statistics().lateActions()).isEqualTo(1);
        }
    }

    /** The event loop uses one reply for all inline handlers, so this one is open again. */
    @Test
    void fromAnotherThreadWhileAnotherInlineHandlerRuns() {
        try (Agent agent = Agents.start(
                builder -> builder.onInline("keep", this::keep).onInline("meanwhile", (message, reply) -> {
                    Thread other = Thread.ofVirtual().start(() -> kept.getFirst().set(Scope.SESSION, "late", true));
                    other.join();
                    Agents.answer(message, reply);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "keep");
            peer.readAck(1, 1);
            peer.sendNotify(3, 1, "meanwhile");

            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("meanwhile"));
            assertThat(agent.statistics().lateActions()).isEqualTo(1);
        }
    }
}
