package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is pending on a connection that ends is given up. */
class LostConnectionTest {
    private final Gate gate = new Gate();

    private Agent start(HandlerKind kind) {
        return Agents.start(builder -> gate.register(builder, kind, "wait").onInline("inline", Agents::answer));
    }

    private void sendThree(Peer peer) {
        peer.sendNotify(1, 1, "wait").sendNotify(3, 1, "wait").sendNotify(5, 1, "wait");
        gate.await(3);
    }

    private void assertGivenUp(Agent agent) {
        for (int i = 1; i <= 3; i++) {
            Agents.until(gate.await(i)::isGivenUp);
        }
        Agents.until(() -> agent.statistics().inFlight() == 0);
        gate.releaseAll();
        assertThat(agent.statistics().lateResults()).isEqualTo(3);
        assertThat(agent.statistics().lateActions()).isEqualTo(3);
        assertThat(agent.statistics().acks()).isZero();
        assertThat(agent.statistics().protocolErrors()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void byAClose(HandlerKind kind) {
        try (Agent agent = start(kind)) {
            try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
                sendThree(peer);
            }
            assertGivenUp(agent);
            Agents.until(() -> agent.statistics().connections() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void byAReset(HandlerKind kind) {
        try (Logged logged = new Logged(Agent.class); Agent agent = start(kind)) {
            Peer peer = Peer.mux(Agents.addressOf(agent));
            sendThree(peer);
            peer.reset();

            assertGivenUp(agent);
            Agents.until(() -> agent.statistics().connections() == 0);
            assertThat(logged.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void byADisconnect(HandlerKind kind) {
        try (Agent agent = start(kind); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            sendThree(peer);

            peer.sendDisconnect(StatusCode.NORMAL);

            peer.expectDisconnect(StatusCode.NORMAL);
            assertGivenUp(agent);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void byAMistakeOfThePeer(HandlerKind kind) {
        try (Agent agent = start(kind); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            sendThree(peer);

            peer.sendHex("00000003");

            peer.expectDisconnect(StatusCode.INVALID_FRAME);
            Agents.until(() -> agent.statistics().lateResults() == 3);
            assertThat(agent.statistics().protocolErrors()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void isNoConcernOfOthers(HandlerKind kind) {
        try (Agent agent = start(kind); Peer other = Peer.mux(Agents.addressOf(agent))) {
            other.sendNotify(1, 1, "wait");
            Gate.Call call = gate.await(1);
            try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
                peer.sendNotify(1, 1, "wait");
                gate.await(2);
            }
            Agents.until(() -> agent.statistics().lateResults() == 1);
            assertThat(call.end).isNotDone();

            call.release();

            other.readAck(1, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void sendsTheAcksThatWereReadyBeforeTheDisconnect(HandlerKind kind) {
        try (Agent agent = start(kind); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.join(PeerBytes.notify(1, 1, PeerBytes.message("wait")),
                    PeerBytes.notify(3, 1, PeerBytes.message("inline")),
                    PeerBytes.disconnect(StatusCode.TIMEOUT)));

            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("inline"));
            peer.expectDisconnect(StatusCode.NORMAL);
        }
    }

    @Test
    void byACloseWithStagesThatThrowWhenTheyAreCancelled() {
        CompletableFuture<Void> unwilling = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                throw new AssertionError("planted");
            }
        };
        try (Agent agent = Agents.start(builder -> gate.register(builder, HandlerKind.ASYNC, "wait")
                .onAsync("unwilling", (message, reply) -> unwilling))) {
            try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
                for (long stream = 1; stream < 20; stream += 2) {
                    peer.sendNotify(stream, 1, "unwilling");
                }
                peer.sendNotify(21, 1, "wait");
                gate.await(1);
            }
            Agents.until(gate.await(1)::isGivenUp);
            Agents.until(() -> agent.statistics().connections() == 0);
            unwilling.complete(null);
            Agents.until(() -> agent.statistics().inFlight() == 0);
        }
    }
}
