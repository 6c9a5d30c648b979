package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** At a limit on NOTIFYs in flight the failure policy answers at once. */
class OverloadTest {
    private final Gate gate = new Gate();

    private Agent start(HandlerKind kind, Consumer<AgentBuilder> settings) {
        return Agents.start(builder -> {
            gate.register(builder, kind, "wait");
            gate.register(builder, kind, "other");
            settings.accept(builder.onInline("inline", Agents::answer));
        });
    }

    private static Consumer<AgentBuilder> limits(Limits.Builder limits) {
        return builder -> builder.limits(limits.build());
    }

    private static void assertRefused(Peer peer, String... messages) {
        byte[][] encoded = new byte[messages.length][];
        for (int i = 0; i < messages.length; i++) {
            encoded[i] = PeerBytes.message(messages[i]);
        }
        peer.send(PeerBytes.notify(99, 1, encoded));
        assertThat(peer.readAck(99, 1)).containsExactly(Agents.error(FailureKind.OVERLOAD));
    }

    private void assertThatThereIsRoomAgain(Agent agent, Peer peer, int waiting) {
        gate.await(1).release();
        assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
        peer.sendNotify(55, 1, "wait");
        gate.await(waiting + 1).release();
        assertThat(peer.readAck(55, 1)).containsExactly(Agents.set("gone", Value.TRUE));
        assertThat(agent.statistics().inFlight()).isEqualTo(waiting - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void ofAConnectionIsItsOwnMatter(HandlerKind kind) {
        try (Agent agent = start(kind, limits(Limits.builder().notificationsPerConnection(2)));
                Peer peer = Peer.mux(Agents.addressOf(agent));
                Peer neighbour = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            peer.sendNotify(3, 1, "other");
            gate.await(2);
            assertRefused(peer, "wait");
            assertRefused(peer, "inline", "wait");
            assertThat(agent.statistics().inFlight()).isEqualTo(2);

            neighbour.sendNotify(1, 1, "wait").sendNotify(3, 1, "wait");
            gate.await(4);
            assertRefused(neighbour, "wait");

            assertThat(agent.statistics().failures()).containsEntry(FailureKind.OVERLOAD, 3L);
            assertThatThereIsRoomAgain(agent, peer, 4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void leavesTheDeadlineToBeSeenByThePolicy(HandlerKind kind) {
        List<Boolean> hadDeadline = new CopyOnWriteArrayList<>();
        try (Agent agent = start(kind, builder -> builder.inFlight("wait", 1).deadline("wait", Duration.ofDays(1))
                .onFailure((failure, reply) -> {
                    hadDeadline.add(failure.notification().deadline().isPresent());
                    FailurePolicy.errorVariable().onFailure(failure, reply);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            assertRefused(peer, "wait");
        }
        assertThat(hadDeadline).startsWith(true);
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void ofAMessageLeavesTheOthersAlone(HandlerKind kind) {
        try (Agent agent = start(kind, builder -> builder.inFlight("wait", 2));
                Peer peer = Peer.mux(Agents.addressOf(agent));
                Peer neighbour = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            peer.sendNotify(3, 1, "wait").sendNotify(5, 1, "other");
            gate.await(3);
            assertRefused(peer, "wait");
            assertRefused(neighbour, "wait");

            neighbour.sendNotify(1, 1, "other");
            gate.await(4);
            assertThatThereIsRoomAgain(agent, peer, 4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void ofAMessageIsThatOfTheLimitsUnlessItHasItsOwn(HandlerKind kind) {
        try (Agent agent = start(kind,
                limits(Limits.builder().notificationsPerMessage(1)).andThen(builder -> builder.inFlight("other", 2)));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait").sendNotify(3, 1, "other").sendNotify(5, 1, "other");
            gate.await(3);

            assertRefused(peer, "wait");
            assertRefused(peer, "other");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void ofTheAgentIsForAllConnections(HandlerKind kind) {
        try (Agent agent = start(kind, limits(Limits.builder().notifications(3).notificationsPerMessage(3)));
                Peer peer = Peer.mux(Agents.addressOf(agent));
                Peer neighbour = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            neighbour.sendNotify(1, 1, "wait").sendNotify(3, 1, "other");
            gate.await(3);

            assertRefused(peer, "wait");
            assertRefused(neighbour, "other");

            assertThatThereIsRoomAgain(agent, peer, 3);
        }
    }

    /** Each time that it is in a NOTIFY takes a place. */
    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void doesNotGiveAMessageToItsHandlerWhereItsOtherHalfHasNoRoom(HandlerKind kind) {
        try (Agent agent = start(kind, builder -> builder.inFlight("wait", 1));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            assertRefused(peer, "wait", "wait");

            assertThat(gate.calls()).isZero();
            assertThat(agent.statistics().inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void takesNoPlaceForANotifyThatIsRefused(HandlerKind kind) {
        try (Agent agent = start(kind, builder -> builder.inFlight("wait", 2).inFlight("other", 1));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "other");
            gate.await(1);
            for (int i = 0; i < 10; i++) {
                // "wait" has room, "other" has none
                assertRefused(peer, "wait", "nobody", "other");
            }
            assertThat(agent.statistics().inFlight()).isEqualTo(1);

            peer.sendNotify(3, 1, "wait").sendNotify(5, 1, "wait");

            gate.await(3);
            assertThat(agent.statistics().inFlight()).isEqualTo(3);
        }
    }

    @Test
    void doesNotConcernInlineHandlers() {
        try (Agent agent = start(HandlerKind.BLOCKING,
                limits(Limits.builder().notifications(1).notificationsPerConnection(1).notificationsPerMessage(1)));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);

            peer.sendNotify(3, 1, "inline").sendNotify(5, 1, "nobody");

            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("inline"));
            assertThat(peer.readAck(5, 1)).containsExactly(Agents.error(FailureKind.UNKNOWN_MESSAGE));
        }
    }

    @Test
    void lastsUntilTheHandlerEndsAndNotOnlyUntilItsDeadline() {
        try (Agent agent = Agents.start(builder -> builder
                .on("deaf", (message, reply) -> gate.begin(message, reply).toCompletableFuture().join())
                .deadline("deaf", Duration.ofMillis(10)).inFlight("deaf", 1));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "deaf");
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.DEADLINE));
            assertRefused(peer, "deaf");

            gate.await(1).release();
            Agents.until(() -> agent.statistics().inFlight() == 0);

            peer.sendNotify(1, 1, "deaf");
            gate.await(2).release();
            assertThat(peer.readAck().streamId()).isEqualTo(1);
        }
    }

    @Test
    void asksThePolicyOfTheFirstMessage() {
        FailurePolicy own = (failure, reply) -> reply.set(Scope.SESSION, "own", failure.kind().text());
        try (Agent agent = start(HandlerKind.BLOCKING,
                builder -> builder.inFlight("wait", 1).onFailure("inline", own));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);

            peer.send(PeerBytes.notify(3, 1, PeerBytes.message("inline"), PeerBytes.message("wait")));

            assertThat(peer.readAck(3, 1))
                    .containsExactly(new Action.SetVar(Scope.SESSION, "own", Value.of("overload")));
        }
    }

    /** Or else refusing would cost the most when there is the least to spare. */
    @ParameterizedTest
    @ValueSource(strings = {"connection", "agent", "message", "bytes"})
    void refusesWithoutACopyOfThePayload(String limit) {
        int payload = 1_000_000;
        int refused = 20;
        Limits.Builder limits = Limits.builder();
        switch (limit) {
            case "connection" -> limits.notificationsPerConnection(1);
            case "agent" -> limits.notifications(1).notificationsPerMessage(2);
            case "message" -> limits.notificationsPerMessage(1);
            default -> limits.notificationBytes(payload);
        }
        LongSupplier allocatedByTheLoop = () -> ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
        List<Long> allocated = new CopyOnWriteArrayList<>();
        try (Agent agent = start(HandlerKind.BLOCKING, limits(limits).andThen(builder -> builder.eventLoops(1)
                .onInline("look", (message, reply) -> allocated.add(allocatedByTheLoop.getAsLong()))));
                Peer peer = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(1_048_572))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            peer.sendNotify(3, 1, "look").readAck(3, 1);

            for (int i = 0; i < refused; i++) {
                peer.sendNotify(5, 1, "wait", PeerBytes.arg("large", Value.of(new byte[payload])));
                assertThat(peer.readAck(5, 1)).containsExactly(Agents.error(FailureKind.OVERLOAD));
            }

            peer.sendNotify(7, 1, "look").readAck(7, 1);
            // a third more than the payload is what it takes to collect it, in an array that grows fourfold each time
            assertThat(allocated.getLast() - allocated.getFirst()).isLessThan((long) refused * payload * 2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void ofBytesCountsThePayloadsThatHandlersHold(HandlerKind kind) {
        Argument large = PeerBytes.arg("large", Value.of(new byte[40_000]));
        try (Agent agent = start(kind, limits(Limits.builder().notificationBytes(65_536)));
                Peer peer = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(1_048_572))) {
            peer.sendNotify(1, 1, "wait", large);
            gate.await(1);
            peer.sendNotify(3, 1, "wait", large);
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.error(FailureKind.OVERLOAD));
            peer.sendNotify(5, 1, "wait");
            gate.await(2);

            gate.await(1).release();
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            peer.sendNotify(7, 1, "wait", large);
            gate.await(3).release();
            assertThat(peer.readAck(7, 1)).containsExactly(Agents.set("gone", Value.TRUE));
        }
    }

    /** A NOTIFY of many short messages takes more memory than its payload has bytes. */
    @Test
    void countsWhatItTakesToRememberManyMessages() {
        byte[][] messages = new byte[8_000][];
        Arrays.fill(messages, PeerBytes.message(""));
        messages[0] = PeerBytes.message("wait");
        try (Agent agent = start(HandlerKind.BLOCKING, limits(Limits.builder().notificationBytes(65_536)
                .reassembledSize(65_536))); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, messages));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.OVERLOAD));
        }
    }
}
