package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that takes long is named, while it still runs. */
class SlowHandlerTest {
    private static final Limits IMPATIENT = Limits.builder().slowHandler(Duration.ofMillis(20)).build();

    @ParameterizedTest
    @EnumSource
    void isNamedAndCountedOnceWhileItRuns(HandlerKind kind) {
        CountDownLatch end = new CountDownLatch(1);
        try (Logged logged = new Logged(Agent.class);
                Agent agent = Agents.start(builder -> {
                    kind.register(builder, "slow", (message, reply) -> {
                        end.await();
                        Agents.answer(message, reply);
                    });
                    builder.onInline("other", Agents::answer).limits(IMPATIENT);
                });
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "slow");
            Agents.until(() -> agent.statistics().slowHandlers() == 1);
            Agents.until(() -> !logged.warnings().isEmpty());
            end.countDown();

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("slow"));
            assertThat(logged.warnings()).singleElement().asString().matches(
                    "message \"slow\" from /127\\.0\\.0\\.1:\\d+: its handler has not ended after \\d+ ms");
            peer.sendNotify(1, 2, "other");
            peer.readAck(1, 2);
            assertThat(agent.statistics().slowHandlers()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isTheOneThatIsSlowAndNotTheNextOfItsNotify(HandlerKind kind) {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = Agents.start(builder -> {
                    kind.register(builder, "first", Agents::answer);
                    kind.register(builder, "slow", (message, reply) -> Thread.sleep(100));
                    kind.register(builder, "last", Agents::answer);
                    builder.limits(IMPATIENT);
                });
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("first"), PeerBytes.message("slow"),
                    PeerBytes.message("last")));
            peer.readAck(1, 1);

            Agents.until(() -> agent.statistics().slowHandlers() == 1);
            assertThat(logged.warnings()).singleElement().asString().startsWith("message \"slow\" from ");
        }
    }

    @Test
    void isNamedEvenWhenItsNotifyWasAnsweredInItsPlace() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Agent agent = Agents.start(builder -> builder.on("slow", (message, reply) -> {
            begun.countDown();
            awaitStubbornly(end);
        }).limits(Limits.builder().slowHandler(Duration.ofMillis(500)).deadline(Duration.ofMillis(20)).build()));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            // on a busy machine the deadline may pass before the handler is called
            for (int frame = 1; begun.getCount() > 0; frame++) {
                peer.sendNotify(1, frame, "slow");
                assertThat(peer.readAck(1, frame)).containsExactly(Agents.error(FailureKind.DEADLINE));
            }

            Agents.until(() -> agent.statistics().slowHandlers() == 1);
            end.countDown();
        }
    }

    /** Like a handler that cannot be interrupted. */
    private static void awaitStubbornly(CountDownLatch end) {
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException e) {
                // goes on
            }
        }
    }
}
