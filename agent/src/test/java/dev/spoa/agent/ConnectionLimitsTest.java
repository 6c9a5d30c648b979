package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections there may be; one more is closed at once. */
class ConnectionLimitsTest {
    private static Agent start(Limits.Builder limits) {
        return Agents.start(builder -> builder.limits(limits.build()).onInline("ok", Agents::answer));
    }

    private static void assertAnswers(Peer peer) {
        peer.sendNotify(1, 1, "ok");
        assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
    }

    @Test
    void closesOneMoreThanThereMayBeAndLeavesTheOthersAlone() {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(Limits.builder().connections(2));
                Peer one = Peer.mux(Agents.addressOf(agent));
                Peer two = Peer.mux(Agents.addressOf(agent))) {
            try (Peer three = Peer.connect(Agents.addressOf(agent))) {
                three.expectClosed();
            }
            assertAnswers(one);
            assertAnswers(two);
            assertThat(agent.statistics().connections()).isEqualTo(2);
            assertThat(agent.statistics().accepted()).isEqualTo(3);
            assertThat(agent.statistics().refusedConnections()).isEqualTo(1);
            assertThat(logged.warnings()).singleElement().asString().startsWith("/127.0.0.1:")
                    .endsWith(": closed at once, because there are 2 connections already");

            two.halfClose();
            Agents.until(() -> agent.statistics().connections() == 1);
            try (Peer four = Peer.mux(Agents.addressOf(agent))) {
                assertAnswers(four);
            }
        }
    }

    @Test
    void closesOneMoreThanMayBeWithoutHello() {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(Limits.builder().connectionsWithoutHello(2));
                Peer silent = Peer.connect(Agents.addressOf(agent));
                Peer slow = Peer.connect(Agents.addressOf(agent))) {
            Agents.until(() -> agent.statistics().connections() == 2);
            try (Peer three = Peer.connect(Agents.addressOf(agent))) {
                three.expectClosed();
            }
            assertThat(agent.statistics().refusedConnections()).isEqualTo(1);
            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith(": closed at once, because there are 2 connections without HELLO already");
            Agents.until(() -> agent.statistics().connections() == 2);

            // a HELLO makes room
            slow.hello(PeerBytes.legacyHello());
            try (Peer four = Peer.mux(Agents.addressOf(agent))) {
                assertAnswers(four);
                assertAnswers(slow);
            }
            silent.hello(PeerBytes.muxHello());
            assertAnswers(silent);
        }
    }

    @Test
    void makesRoomWhateverBecomesOfAConnectionWithoutHello() {
        try (Agent agent = start(Limits.builder().connectionsWithoutHello(1))) {
            for (int i = 0; i < 3; i++) {
                int accepted = 4 * i + 1;
                Peer.connect(Agents.addressOf(agent)).close();
                Agents.until(() -> agent.statistics().accepted() == accepted);
                Agents.until(() -> agent.statistics().connections() == 0);
                try (Peer wrong = Peer.connect(Agents.addressOf(agent))) {
                    wrong.sendHex("00000000");
                    wrong.expectDisconnect(StatusCode.INVALID_FRAME);
                }
                Agents.until(() -> agent.statistics().connections() == 0);
                try (Peer check = Peer.connect(Agents.addressOf(agent))) {
                    check.hello(PeerBytes.healthCheck());
                    // no HELLO is awaited from it any more
                    Peer.mux(Agents.addressOf(agent)).close();
                }
                Agents.until(() -> agent.statistics().connections() == 0);
            }
            assertThat(agent.statistics().refusedConnections()).isZero();
            assertThat(agent.statistics().healthChecks()).isEqualTo(3);
        }
    }

    @Test
    void hasNoTraceOfTheConnectionsThatAreGone() {
        try (Agent agent = start(Limits.builder().connections(10))) {
            for (int round = 0; round < 5; round++) {
                List<Peer> peers = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    peers.add(Peer.mux(Agents.addressOf(agent)));
                }
                peers.forEach(ConnectionLimitsTest::assertAnswers);
                peers.forEach(Peer::close);
                Agents.until(() -> agent.statistics().connections() == 0);
            }
            assertThat(agent.statistics().accepted()).isEqualTo(50);
            assertThat(agent.statistics().refusedConnections()).isZero();
        }
    }

    /** Two messages: the ACK of the first tells that the second has come, as far as it goes. */
    private static Peer begin(Agent agent, byte[] beginning) {
        Peer peer = Peer.legacy(Agents.addressOf(agent));
        peer.send(PeerBytes.join(PeerBytes.notify(1, 1, PeerBytes.message("ok")), beginning));
        peer.readAck(1, 1);
        return peer;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsAConnectionThatNeedsMoreForIncompleteFramesThanAllMayHave(boolean fragmented) {
        byte[] rest = new byte[16_380 - 7];
        byte[] whole = PeerBytes.frame(FrameType.UNSET, 0, 3, 1, rest);
        byte[] cut = Arrays.copyOf(whole, 100);
        // half as much room again is made for the fragments to come
        byte[] fragment = PeerBytes.frame(FrameType.NOTIFY, 0, 3, 1, new byte[8_192]);
        byte[] beginning = fragmented ? fragment : cut;
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(Limits.builder().incompleteBytes(65_536).frameSize(16_380))) {
            List<Peer> within = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                within.add(begin(agent, beginning));
            }
            try (Peer beyond = begin(agent, beginning)) {
                beyond.expectDisconnect(StatusCode.RESOURCE_ALLOCATION_ERROR);
            }
            assertThat(logged.warnings()).singleElement().asString().contains(
                    "incomplete frames of all connections take more than 65536 bytes; status 13, closed");
            try (Peer complete = Peer.mux(Agents.addressOf(agent))) {
                assertAnswers(complete);
            }
            within.removeFirst().close();
            Agents.until(() -> agent.statistics().connections() == 3);
            within.add(begin(agent, beginning));
            within.forEach(peer -> assertThat(peer.speaksWithin(Duration.ofMillis(1))).isFalse());
            within.forEach(Peer::close);
            Agents.until(() -> agent.statistics().connections() == 0);
            assertThat(agent.statistics().protocolErrors()).isEqualTo(1);
        }
    }
}
