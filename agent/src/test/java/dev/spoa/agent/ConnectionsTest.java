package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Admissions, and the connections of an agent. */
class ConnectionsTest {
    private static final long LONG = Duration.ofMinutes(1).toNanos();

    private final Connections connections = new Connections(2);
    private final Connection one = connection();
    private final Connection two = connection();

    private static Connection connection() {
        return new Connection(new AgentContext(new AgentBuilder()), null);
    }

    @Test
    void takesAsManyAsItMay() {
        assertThat(connections.add(one)).isTrue();
        assertThat(connections.add(two)).isTrue();
        assertThat(connections.add(connection())).isFalse();
        assertThat(connections.size()).isEqualTo(2);

        connections.remove(one);

        assertThat(connections.size()).isEqualTo(1);
        assertThat(connections.add(connection())).isTrue();
    }

    @Test
    void namesThoseThatAreToEnd() {
        connections.add(one);
        assertThat(connections.isDraining()).isFalse();

        assertThat(connections.drain()).containsExactly(one);

        assertThat(connections.isDraining()).isTrue();
    }

    @Test
    void waitsUntilTheLastIsGone() throws Exception {
        connections.add(one);
        connections.add(two);
        CompletableFuture<List<Connection>> left = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                left.complete(connections.awaitEmpty(LONG));
            } catch (InterruptedException e) {
                left.completeExceptionally(e);
            }
        });
        connections.remove(one);
        connections.remove(one);
        assertThat(left).isNotDone();

        connections.remove(two);

        assertThat(left.get(10, TimeUnit.SECONDS)).isEmpty();
        waiting.join();
    }

    @Test
    void namesThoseThatAreLeftWhenTheTimeIsOver() throws InterruptedException {
        connections.add(one);
        connections.add(two);

        assertThat(connections.awaitEmpty(0)).containsExactlyInAnyOrder(one, two);
        assertThat(connections.awaitEmpty(1_000_000)).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void doesNotWaitForNobody() throws InterruptedException {
        assertThat(connections.awaitEmpty(LONG)).isEmpty();
    }

    @Test
    void admitsUpToTheLimitAndAgainAfterARelease() {
        Admission admission = new Admission(2);
        assertThat(admission.tryAcquire()).isTrue();
        assertThat(admission.tryAcquire()).isTrue();
        assertThat(admission.tryAcquire()).isFalse();
        assertThat(admission.taken()).isEqualTo(2);

        admission.release();

        assertThat(admission.taken()).isEqualTo(1);
        assertThat(admission.tryAcquire()).isTrue();
    }
}
