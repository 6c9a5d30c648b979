package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.Value;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that blocks delays nobody. */
class BlockingHandlerTest {
    @Test
    void twentyOfOneConnectionAreInsideAtTheSameMoment() {
        CyclicBarrier barrier = new CyclicBarrier(20);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> builder.on("slow", (message, reply) -> {
            threads.add(Thread.currentThread());
            // broken, and with it every answer, unless all twenty come
            barrier.await(Peer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            Thread.sleep(200);
            Agents.answer(message, reply);
        })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            for (int i = 1; i <= 20; i++) {
                peer.sendNotify(2 * i - 1, 1, "slow");
            }

            assertThat(peer.readAcks(20)).allMatch(ack -> ack.actions().equals(List.of(Agents.answerOf("slow"))))
                    .extracting(Peer.Ack::streamId)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, 20).map(i -> 2 * i - 1).boxed().toList());
        }
        assertThat(threads).doesNotHaveDuplicates().allMatch(Thread::isVirtual);
    }

    @ParameterizedTest
    @EnumSource
    void delaysNoOtherNotifyOfAnyKind(HandlerKind kind) {
        Gate gate = new Gate();
        try (Agent agent = Agents.start(
                builder -> kind.register(gate.register(builder, HandlerKind.BLOCKING, "wait"), "ok", Agents::answer));
                Peer same = Peer.mux(Agents.addressOf(agent));
                Peer other = Peer.mux(Agents.addressOf(agent))) {
            same.sendNotify(1, 1, "wait");
            Gate.Call call = gate.await(1);
            for (int i = 0; i < 10; i++) {
                same.sendNotify(3 + i, 1, "ok");
                assertThat(same.readAck(3 + i, 1)).containsExactly(Agents.answerOf("ok"));
                // the same ids, on another connection
                other.sendNotify(1, 1, "ok");
                assertThat(other.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
            }
            assertThat(call.end).isNotDone();

            call.release();

            assertThat(same.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
        }
    }

    @Test
    void isAnsweredInTheOrderInWhichTheHandlersEnd() {
        Gate gate = new Gate();
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.BLOCKING, "wait"));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            for (int i = 1; i <= 5; i++) {
                peer.sendNotify(i, 1, "wait");
                gate.await(i);
            }
            for (int i = 5; i >= 1; i--) {
                gate.await(i).release();
                assertThat(peer.readAck().streamId()).isEqualTo(i);
            }
        }
    }

    @Test
    void doesNotInheritWhatTheEventLoopHas() {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> builder.onInline("set", (message, reply) -> local.set("loop"))
                .on("get", (message, reply) -> seen.add(String.valueOf(local.get()))));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "set").sendNotify(3, 1, "get");
            peer.readAcks(2);
        }
        assertThat(seen).containsExactly("null");
    }
}
