package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.wire.Capability;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelining can be turned off, and the connection works all the same. */
class PipeliningTest {
    @ParameterizedTest
    @CsvSource({"ALWAYS, true, true", "OLD_ENGINE, true, false", "NEVER, false, false"})
    void isAnnouncedToThoseEnginesThatMay(Pipelining engines, boolean toOld, boolean toNew) {
        try (Agent agent = Agents.start(builder -> builder.onInline("ok", Agents::answer).pipelining(engines));
                Peer old = Peer.connect(Agents.addressOf(agent)).send(PeerBytes.legacyHello());
                Peer mux = Peer.connect(Agents.addressOf(agent)).send(PeerBytes.muxHello())) {
            assertThat(old.readHello().capabilities().contains(Capability.PIPELINING)).isEqualTo(toOld);
            assertThat(mux.readHello().capabilities().contains(Capability.PIPELINING)).isEqualTo(toNew);

            for (Peer peer : List.of(old, mux)) {
                peer.sendNotify(1, 1, "ok");
                assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
            }
        }
    }
}
