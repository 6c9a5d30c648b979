package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a deadline passes, the failure policy answers for the whole NOTIFY. */
class DeadlineTest {
    private static final Duration SOON = Duration.ofMillis(30);
    private static final Duration NEVER = Duration.ofHours(1);

    private final Gate gate = new Gate();

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void answersByThePolicyAndGivesTheHandlerUp(HandlerKind kind) {
        List<Failure> asked = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> kind
                .register(gate.register(builder, kind, "wait").deadline("wait", SOON), "ok", Agents::answer)
                .onFailure((failure, reply) -> {
                    asked.add(failure);
                    FailurePolicy.errorVariable().onFailure(failure, reply);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("ok"), PeerBytes.message("wait")));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));
            Gate.Call call = gate.await(1);
            Agents.until(call::isGivenUp);
            Agents.until(() -> agent.statistics().inFlight() == 0);
            assertThat(agent.statistics().lateResults()).isEqualTo(1);
            assertThat(agent.statistics().failures()).containsEntry(FailureKind.DEADLINE, 1L)
                    .containsEntry(FailureKind.HANDLER_ERROR, 0L);
            assertThat(asked).singleElement().satisfies(failure -> {
                assertThat(failure.message()).isEmpty();
                assertThat(failure.cause()).isEmpty();
            });

            // nothing more comes of it
            call.release();
            assertThat(agent.statistics().lateActions()).isEqualTo(1);
            peer.sendNotify(3, 1, "ok");
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("ok"));
            assertThat(agent.statistics().acks()).isEqualTo(2);
        }
    }

    @Test
    void countsTheResultOfAHandlerThatDoesNotListen() {
        try (Agent agent =
                Agents.start(builder -> builder.on("deaf", this::waitWithoutListening).deadline("deaf", SOON));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "deaf");
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));
            assertThat(agent.statistics().inFlight()).isEqualTo(1);

            gate.await(1).release();

            Agents.until(() -> agent.statistics().lateResults() == 1);
            assertThat(agent.statistics().inFlight()).isZero();
            assertThat(agent.statistics().lateActions()).isEqualTo(2);
            assertThat(agent.statistics().acks()).isEqualTo(1);
        }
    }

    private void waitWithoutListening(Message message, Reply reply) {
        gate.begin(message, reply).toCompletableFuture().join();
        reply.set(Scope.TRANSACTION, "late", true);
    }

    @Test
    void cancelsTheStageForWhichAVirtualThreadWaits() {
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.ASYNC, "wait")
                .deadline("wait", SOON).on("blocking", Agents::answer));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("blocking"), PeerBytes.message("wait")));
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));

            Agents.until(gate.await(1)::isGivenUp);
            Agents.until(() -> agent.statistics().inFlight() == 0);
        }
    }

    @Test
    void isReplacedLikeAnyOtherEmptyAckWhereThePolicyIsSilent() {
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.ASYNC, "wait")
                .deadline("wait", SOON).onFailure(FailurePolicy.silent()).replaceEmptyAcks(true));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");

            assertThat(peer.readAck(1, 1))
                    .containsExactly(new Action.UnsetVar(Scope.TRANSACTION, "agent_none"));
        }
    }

    @Test
    void skipsTheHandlersAfterTheOneThatWasInterrupted() {
        List<String> called = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.BLOCKING, "wait")
                .on("next", (message, reply) -> called.add(message.name())).deadline("next", SOON));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("wait"), PeerBytes.message("next")));
            peer.readAck(1, 1);

            Agents.until(() -> agent.statistics().lateResults() == 1);
            assertThat(called).isEmpty();
        }
    }

    @Test
    void servesSeveralDeadlinesOfOneConnection() {
        try (Agent agent = Agents.start(builder -> {
            for (String message : List.of("never", "none", "d40", "d20", "d60")) {
                gate.register(builder, message.length() % 2 == 0 ? HandlerKind.ASYNC : HandlerKind.BLOCKING, message);
            }
            builder.deadline("never", NEVER).deadline("d40", Duration.ofMillis(40))
                    .deadline("d20", Duration.ofMillis(20)).deadline("d60", Duration.ofMillis(60));
        }); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "never").sendNotify(2, 1, "none").sendNotify(3, 1, "d40").sendNotify(4, 1, "d20")
                    .sendNotify(5, 1, "d60").sendNotify(6, 1, "d20");

            assertThat(peer.readAcks(4)).allMatch(
                    ack -> ack.actions().equals(List.of(Agents.error(FailureKind.DEADLINE)))).extracting(
                            Peer.Ack::streamId)
                    .containsExactlyInAnyOrder(3L, 4L, 5L, 6L);
            // a shorter one after the timer was set for the longest
            peer.sendNotify(7, 1, "d20");
            assertThat(peer.readAck(7, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));

            Agents.until(() -> gate.calls() == 7);
            gate.releaseAll();
            assertThat(peer.readAcks(2)).extracting(Peer.Ack::streamId).containsExactlyInAnyOrder(1L, 2L);
        }
    }

    @Test
    void isTheShortestOfItsMessages() {
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.BLOCKING, "long")
                .deadline("long", NEVER).on("short", Agents::answer).deadline("short", SOON)
                .on("any", Agents::answer));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("long"), PeerBytes.message("short"),
                    PeerBytes.message("any")));
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));

            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("any"), PeerBytes.message("short"),
                    PeerBytes.message("long")));
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));
        }
    }

    @Test
    void isThatOfTheLimitsUnlessTheMessageHasItsOwn() {
        try (Agent agent = Agents.start(builder -> gate
                .register(gate.register(builder, HandlerKind.ASYNC, "own"), HandlerKind.ASYNC, "general")
                .deadline("own", NEVER).limits(Limits.builder().deadline(SOON).build()));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "own").sendNotify(3, 1, "general");

            assertThat(peer.readAck(3, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));
            gate.await(1).release();
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
        }
    }

    @Test
    void asksThePolicyOfTheFirstMessage() {
        FailurePolicy own = (failure, reply) -> reply.set(Scope.SESSION, "own", true);
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.BLOCKING, "wait")
                .deadline("wait", SOON).on("first", Agents::answer).onFailure("first", own));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("first"), PeerBytes.message("wait")))
                    .send(PeerBytes.notify(3, 1, PeerBytes.message("nobody"), PeerBytes.message("wait"),
                            PeerBytes.message("first")));

            assertThat(peer.readAcks(2)).allSatisfy(ack -> assertThat(ack.actions())
                    .isEqualTo(ack.streamId() == 1
                            ? List.of(new Action.SetVar(Scope.SESSION, "own", Value.TRUE))
                            : List.of(Agents.error(FailureKind.DEADLINE))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheHandlerHowLongItHas(HandlerKind kind) {
        List<Notification> seen = new CopyOnWriteArrayList<>();
        List<Optional<Duration>> remaining = new CopyOnWriteArrayList<>();
        try (Agent agent = Agents.start(builder -> kind.register(builder, "m", (message, reply) -> {
            seen.add(message.notification());
            remaining.add(message.notification().remaining());
        }).limits(Limits.builder().deadline(NEVER).build())); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "m");
            peer.readAck(1, 1);

            Notification notification = seen.getFirst();
            if (kind == HandlerKind.INLINE) {
                assertThat(notification.deadline()).isEmpty();
                assertThat(remaining).containsExactly(Optional.empty());
            } else {
                assertThat(notification.deadline()).contains(notification.arrival().plus(NEVER));
                assertThat(remaining.getFirst().orElseThrow()).isLessThan(NEVER).isGreaterThan(NEVER.dividedBy(2));
            }
        }
    }

    @Test
    void leavesNoTimeOnceItHasPassed() {
        try (Agent agent = Agents.start(
                builder -> gate.register(builder, HandlerKind.ASYNC, "wait").deadline("wait", Duration.ofMillis(1)));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            peer.readAck(1, 1);

            assertThat(gate.await(1).message.notification().remaining()).contains(Duration.ZERO);
        }
    }
}
