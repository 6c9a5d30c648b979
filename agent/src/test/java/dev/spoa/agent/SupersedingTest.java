package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A NOTIFY with the ids of one that is pending on its connection takes that one's place. */
class SupersedingTest {
    private final Gate gate = new Gate();

    private Agent start(HandlerKind kind) {
        return Agents.start(builder -> gate.register(builder, kind, "wait").onInline("inline", Agents::answer));
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void answersOnlyTheNewerAndGivesTheOlderUp(HandlerKind kind) {
        try (Agent agent = start(kind); Peer peer = Peer.legacy(Agents.addressOf(agent))) {
            peer.sendNotify(5, 1, "wait");
            Gate.Call older = gate.await(1);
            peer.sendNotify(5, 1, "wait");
            Gate.Call newer = gate.await(2);
            Agents.until(older::isGivenUp);
            Agents.until(() -> agent.statistics().lateResults() == 1);
            assertThat(newer.end).isNotDone();
            older.release();
            assertThat(agent.statistics().lateActions()).isEqualTo(1);

            newer.release();

            assertThat(peer.readAck(5, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            assertThat(agent.statistics().superseded()).isEqualTo(1);
            assertThat(agent.statistics().acks()).isEqualTo(1);
            assertThat(agent.statistics().notifications()).isEqualTo(2);
            peer.sendNotify(7, 1, "inline");
            assertThat(peer.readAck(7, 1)).containsExactly(Agents.answerOf("inline"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void happensToAnInlineOneToo(HandlerKind kind) {
        try (Agent agent = start(kind); Peer peer = Peer.legacy(Agents.addressOf(agent))) {
            peer.sendNotify(5, 1, "wait");
            Gate.Call older = gate.await(1);

            peer.sendNotify(5, 1, "inline");

            assertThat(peer.readAck(5, 1)).containsExactly(Agents.answerOf("inline"));
            Agents.until(older::isGivenUp);
            assertThat(agent.statistics().superseded()).isEqualTo(1);
        }
    }

    @Test
    void leavesOtherIdsAndOtherConnectionsAlone() {
        try (Agent agent = start(HandlerKind.BLOCKING);
                Peer peer = Peer.legacy(Agents.addressOf(agent));
                Peer other = Peer.legacy(Agents.addressOf(agent))) {
            peer.sendNotify(5, 1, "wait");
            gate.await(1);
            peer.sendNotify(5, 2, "wait").sendNotify(1, 5, "wait");
            gate.await(3);
            other.sendNotify(5, 1, "wait");
            gate.await(4);

            gate.releaseAll();

            assertThat(peer.readAcks(3)).hasSize(3);
            other.readAck(5, 1);
            assertThat(agent.statistics().superseded()).isZero();
        }
    }

    @Test
    void endsWithTheAck() {
        try (Agent agent = start(HandlerKind.BLOCKING); Peer peer = Peer.legacy(Agents.addressOf(agent))) {
            for (int i = 1; i <= 3; i++) {
                peer.sendNotify(5, 1, "wait");
                gate.await(i).release();
                assertThat(peer.readAck(5, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            }
            assertThat(agent.statistics().superseded()).isZero();
            assertThat(agent.statistics().lateResults()).isZero();
        }
    }

    @Test
    void mayHappenManyTimesInARow() {
        try (Agent agent = start(HandlerKind.ASYNC); Peer peer = Peer.legacy(Agents.addressOf(agent))) {
            for (int i = 1; i <= 50; i++) {
                peer.sendNotify(5, 1, "wait");
            }
            gate.await(50).release();

            assertThat(peer.readAck(5, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            assertThat(agent.statistics().superseded()).isEqualTo(49);
            assertThat(agent.statistics().inFlight()).isZero();
        }
    }
}
