package dev.spoa.testkit;

import static dev.spoa.testkit.SpoaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.Ack;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpoaAssertionsTest {
    private static final Ack ACK = new Ack(1, 1, List.of(new Action.SetVar(Scope.SESSION, "x", Value.of(1))));

    @Test
    void waitsForTheAck() {
        CompletableFuture<Ack> later = new CompletableFuture<>();
        later.completeOnTimeout(ACK, 20, TimeUnit.MILLISECONDS);

        assertThat(later).sets(Scope.SESSION, "x", 1);
    }

    @Test
    void tellsWhyThereIsNone() {
        IllegalStateException cause = new IllegalStateException("the agent is gone");

        assertThatThrownBy(() -> assertThat(CompletableFuture.<Ack>failedFuture(cause)))
                .isInstanceOf(AssertionError.class).hasCause(cause)
                .hasMessage("expected an ACK, but the NOTIFY has failed: the agent is gone");
    }

    @Test
    void doesNotWaitForEver() {
        assertThatThrownBy(() -> SpoaAssertions.await(new CompletableFuture<>(), Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class).hasMessage("expected an ACK, but none came within 1 ms");
    }

    @Test
    void keepsTheInterrupt() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> assertThat(new CompletableFuture<Ack>())).isInstanceOf(AssertionError.class)
                .hasMessage("interrupted while waiting for an ACK");
        org.assertj.core.api.Assertions.assertThat(Thread.interrupted()).isTrue();
    }
}
