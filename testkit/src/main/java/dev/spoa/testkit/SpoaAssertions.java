package dev.spoa.testkit;

import dev.spoa.engine.Ack;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The way in to the assertions, made to be imported statically beside AssertJ's own {@code assertThat}.
 *
 * {@snippet file="dev/spoa/testkit/examples/ScoresTest.java" region="assertions"}
 */
public final class SpoaAssertions {
    /** Far above any {@code timeout processing} of a test: whoever completes the future by hand may have forgotten it. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private SpoaAssertions() {}

    /**
     * Begins assertions on an ACK.
     *
     * @param ack the ACK
     * @return the assertions
     */
    public static AckAssert assertThat(Ack ack) {
        return new AckAssert(ack);
    }

    /**
     * Waits for an ACK and begins assertions on it. Not for an engine's event loop.
     *
     * @param notification what {@link dev.spoa.engine.Engine#notify} has returned
     * @return the assertions
     * @throws AssertionError if there is no ACK; the cause is the engine's exception
     */
    public static AckAssert assertThat(CompletableFuture<Ack> notification) {
        return new AckAssert(await(notification, PATIENCE));
    }

    static Ack await(CompletableFuture<Ack> notification, Duration patience) {
        try {
            return notification.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new AssertionError("expected an ACK, but the NOTIFY has failed: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new AssertionError("expected an ACK, but none came within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an ACK", e);
        }
    }
}
