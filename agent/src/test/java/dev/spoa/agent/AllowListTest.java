package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.Peer;
import org.junit.jupiter.api.Test;

/** Only peers of some networks are let in. */
class AllowListTest {
    private static Agent start(String... networks) {
        return Agent.builder().eventLoops(1).shutdownHook(false).onInline("ok", Agents::answer)
                .listen(Listener.on("127.0.0.1:0").allow(networks)).start();
    }

    @Test
    void closesAllOthersAtOnce() {
        try (Logged logged = new Logged(Agent.class); Agent agent = start("10.0.0.0/8", "::1")) {
            for (int i = 0; i < 2; i++) {
                try (Peer peer = Peer.connect(Agents.addressOf(agent))) {
                    peer.expectClosed();
                }
            }
            assertThat(agent.statistics().rejectedConnections()).isEqualTo(2);
            assertThat(agent.statistics().accepted()).isEqualTo(2);
            assertThat(agent.statistics().connections()).isZero();
            assertThat(logged.warnings()).singleElement().asString().startsWith("/127.0.0.1:")
                    .endsWith(": not let in: it is in none of the networks [10.0.0.0/8, ::1]");
        }
    }

    @Test
    void letsThoseIn() {
        try (Agent agent = start("10.0.0.0/8", "127.0.0.0/8"); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "ok");
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
        }
    }

    @Test
    void isNothingForUnixSockets() {
        assertThatThrownBy(() -> Listener.on("unix@/tmp/a.sock").allow("::1"))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("only TCP peers have a network");
    }
}
