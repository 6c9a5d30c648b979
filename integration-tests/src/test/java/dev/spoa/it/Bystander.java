package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineProfile;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A good connection that asks one thing after the other the whole time, each with a number of its own that must come
 * back, while others misbehave. What a fault may not cost anybody else, it would cost this one.
 */
final class Bystander implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Engine engine;
    private final Thread asking;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong right = new AtomicLong();
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private volatile long longestNanos;

    /** The agent is a fixture agent: it answers {@code echo}. */
    Bystander(SocketAddress agent) {
        engine = Engine.builder().profile(EngineProfile.MUX).processingTimeout(PATIENCE).connect(agent);
        asking = Thread.ofPlatform().name("bystander").start(this::ask);
    }

    private void ask() {
        for (long n = 0; !stopped.get(); n++) {
            long start = System.nanoTime();
            try {
                Value echoed = engine.notify("echo", new Argument("n", Value.of(n))).join()
                        .value(Scope.TRANSACTION, "n").orElseThrow();
                if (echoed.equals(Value.of(n))) {
                    right.incrementAndGet();
                } else {
                    wrong.add(n + ": " + echoed);
                }
            } catch (CompletionException | IllegalStateException | NoSuchElementException e) {
                wrong.add(n + ": " + e);
                return;
            }
            longestNanos = Math.max(longestNanos, System.nanoTime() - start);
        }
    }

    /** Waits until it has had some more answers, or has lost one. */
    void awaitMore() {
        long before = right.get();
        await().atMost(PATIENCE).until(() -> right.get() >= before + 100 || !wrong.isEmpty());
    }

    /** Stops, and says that each of its questions had its answer, and how it fared in a line for the figures. */
    String assertNothingLost() {
        awaitMore();
        stopped.set(true);
        try {
            asking.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(wrong).as("what the bystander was not answered").isEmpty();
        assertThat(engine.isOpen()).isTrue();
        return "bystander: " + right.get() + " of " + right.get() + " answered, the slowest after "
                + Duration.ofNanos(longestNanos).toMillis() + " ms";
    }

    @Override
    public void close() {
        stopped.set(true);
        engine.close();
    }
}
