package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of one NOTIFY are handled in order and share one reply. */
class SeveralMessagesTest {
    private record Handled(String message, Thread thread, long argument) {}

    private final List<Handled> handled = new CopyOnWriteArrayList<>();

    private void handle(Message message, Reply reply) {
        handled.add(new Handled(message.name(), Thread.currentThread(), message.integer("n")));
        Agents.answer(message, reply);
    }

    static Stream<Arguments> threeOfAnyKind() {
        List<Arguments> all = new ArrayList<>();
        for (HandlerKind first : HandlerKind.values()) {
            for (HandlerKind second : HandlerKind.values()) {
                for (HandlerKind third : HandlerKind.values()) {
                    all.add(Arguments.of(first, second, third));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("threeOfAnyKind")
    void areHandledInOrderAndAnsweredByOneAck(HandlerKind first, HandlerKind second, HandlerKind third) {
        try (Agent agent = Agents.start(builder -> {
            first.register(builder, "one", this::handle);
            second.register(builder, "two", this::handle);
            third.register(builder, "three", this::handle);
        }); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(7, 2, PeerBytes.message("one", PeerBytes.arg("n", Value.of(1L))),
                    PeerBytes.message("two", PeerBytes.arg("n", Value.of(2L))),
                    PeerBytes.message("three", PeerBytes.arg("n", Value.of(3L)))));

            assertThat(peer.readAck(7, 2)).containsExactly(Agents.answerOf("one"), Agents.answerOf("two"),
                    Agents.answerOf("three"));
            assertThat(handled).extracting(Handled::message).containsExactly("one", "two", "three");
            assertThat(handled).extracting(Handled::argument).containsExactly(1L, 2L, 3L);
            assertThat(agent.statistics().acks()).isEqualTo(1);
            assertThat(agent.statistics().inFlight()).isZero();
        }
        assertThreads(List.of(first, second, third));
    }

    /** If one may block, all run on one virtual thread; otherwise all on the event loop. */
    private void assertThreads(List<HandlerKind> kinds) {
        List<Thread> called = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) != HandlerKind.ASYNC_LATER) {
                called.add(handled.get(i).thread);
            }
        }
        assertThat(List.copyOf(called).stream().distinct()).hasSizeLessThanOrEqualTo(1);
        String name = kinds.contains(HandlerKind.BLOCKING) ? "spoa-handler" : "spoa-io";
        assertThat(called).allSatisfy(thread -> {
            assertThat(thread.getName()).startsWith(name);
            assertThat(thread.isVirtual()).isEqualTo(kinds.contains(HandlerKind.BLOCKING));
        });
    }

    @Test
    void waitForTheAsynchronousOneBeforeThem() {
        Gate gate = new Gate();
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.ASYNC, "wait")
                .onInline("inline", this::handle)); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("wait"),
                    PeerBytes.message("inline", PeerBytes.arg("n", Value.of(1L))),
                    PeerBytes.message("wait")));
            Gate.Call first = gate.await(1);
            peer.sendNotify(3, 1, "nobody");
            assertThat(peer.readAck().streamId()).isEqualTo(3);
            assertThat(handled).isEmpty();

            first.release();
            gate.await(2).release();

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE), Agents.answerOf("inline"),
                    Agents.set("gone", Value.TRUE));
            assertThat(handled.getFirst().thread.getName()).startsWith("spoa-io");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC_LATER", "BLOCKING"})
    void staysValidForAsLongAsItIsHeld(HandlerKind kind) {
        List<Message> kept = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> kind.register(builder, "m", (message, reply) -> kept.add(message)));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            for (int i = 1; i <= 3; i++) {
                peer.sendNotify(i, 1, "m", PeerBytes.arg("n", Value.of((long) i)));
                peer.readAck(i, 1);
            }
        }
        assertThat(kept).extracting(message -> message.integer("n")).containsExactly(1L, 2L, 3L);
        assertThat(kept).extracting(message -> message.notification().streamId()).containsExactly(1L, 2L, 3L);
        assertThat(kept).extracting(Message::name).containsOnly("m");
    }

    @Test
    void endsWithTheHandlerWhereThatIsAnInlineOne() {
        List<Message> kept = new ArrayList<>();
        try (Agent agent = Agents.start(builder -> builder.onInline("m", (message, reply) -> kept.add(message)));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "m", PeerBytes.arg("n", Value.of(1L)));
            peer.readAck(1, 1);

            assertThatIllegalStateException()
                    .isThrownBy(() -> kept.getFirst().integer("n"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void mayBeNone(HandlerKind kind) {
        try (Agent agent = Agents.start(builder -> kind.register(builder, "m", this::handle));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1));

            assertThat(peer.readAck(1, 1)).isEmpty();
            assertThat(agent.statistics().failures().values()).containsOnly(0L);
        }
    }
}
