package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that sends a burst and reads no ACK for a while. */
class SlowReaderTest {
    private static final int BURST = 3_000;
    private static final String LETTERS = "x".repeat(8_000);

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void whatWasReceivedWithOneReadWaitsToo(Transport transport) {
        try (Agent agent = Agent.builder()
                .onInline("letters", (message, reply) -> reply.set(Scope.TRANSACTION, "letters", LETTERS))
                .limits(Limits.builder().unflushedBytes(16_384).build())
                .transport(transport)
                .shutdownHook(false)
                .listen("127.0.0.1:0")
                .start();
                Peer peer = Peer.connect(agent.addresses().getFirst(), 8_192).hello(PeerBytes.muxHello())) {
            byte[][] notifies = new byte[BURST][];
            Arrays.setAll(notifies, i -> PeerBytes.notify(2L * i + 1, 1, PeerBytes.message("letters")));
            peer.send(PeerBytes.join(notifies));

            AtomicLong acks = new AtomicLong(-1);
            await().during(Duration.ofMillis(300)).until(() -> {
                long now = agent.statistics().acks();
                return acks.getAndSet(now) == now;
            });
            // a whole burst fits one read; beyond the limit there is only what the kernel's buffers hold
            assertThat(acks.get()).isBetween(1L, BURST / 2L);

            for (int i = 0; i < BURST; i++) {
                assertThat(peer.readAck(2L * i + 1, 1)).containsExactly(
                        new Action.SetVar(Scope.TRANSACTION, "letters", Value.of(LETTERS)));
            }
        }
    }
}
