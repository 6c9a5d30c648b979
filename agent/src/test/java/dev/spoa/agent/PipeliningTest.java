package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.wire.Capability;
import org.junit.jupiter.api.Test;

/** Pipelining can be turned off, and the connection works all the same. */
class PipeliningTest {
    @Test
    void isNotAnnouncedToTheNewEngineWhereItIsTurnedOff() {
        try (Agent agent = Agents.start(builder -> builder.onInline("ok", Agents::answer).pipelining(false));
                Peer peer = Peer.connect(Agents.addressOf(agent)).send(PeerBytes.muxHello())) {
            assertThat(peer.readHello().capabilities()).containsExactly(Capability.FRAGMENTATION);

            peer.sendNotify(1, 1, "ok");
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
        }
    }

    /** Which leaves events unsent without it, and has no need to be without. */
    @Test
    void isAnnouncedToTheOldEngineAllTheSame() {
        try (Agent agent = Agents.start(builder -> builder.onInline("ok", Agents::answer).pipelining(false));
                Peer peer = Peer.connect(Agents.addressOf(agent)).send(PeerBytes.legacyHello())) {
            assertThat(peer.readHello().capabilities())
                    .containsExactly(Capability.PIPELINING, Capability.FRAGMENTATION);
        }
    }
}
