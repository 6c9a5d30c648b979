package dev.spoa.agent;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A NOTIFY as its handlers see it. On the event loop one object serves every NOTIFY with inline handlers in turn; those
 * that are answered later have one of their own, an {@link Exchange}.
 */
class ReceivedNotify implements Notification {
    private @Nullable Connection connection;
    private long streamId;
    private long frameId;
    private long arrivalNanos;
    private long deadlineNanos;
    /** Computed when it is asked for the first time: most handlers do not. */
    private @Nullable Instant arrival;

    /** Takes on the identity of a NOTIFY; a deadline of 0 is none. */
    final void open(Connection connection, long streamId, long frameId, long arrivalNanos, long deadlineNanos) {
        this.connection = connection;
        this.streamId = streamId;
        this.frameId = frameId;
        this.arrivalNanos = arrivalNanos;
        this.deadlineNanos = deadlineNanos;
        this.arrival = null;
    }

    final Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("no NOTIFY is open");
        }
        return connection;
    }

    final boolean hasDeadline() {
        return deadlineNanos != 0;
    }

    /** When the deadline passes, on the clock of {@code System.nanoTime()}. */
    final long expiresAt() {
        return arrivalNanos + deadlineNanos;
    }

    @Override
    public final Optional<String> engineId() {
        return Optional.ofNullable(connection().engineId());
    }

    @Override
    public final long streamId() {
        return streamId;
    }

    @Override
    public final long frameId() {
        return frameId;
    }

    @Override
    public final SocketAddress peer() {
        return connection().peer();
    }

    @Override
    public final Optional<SocketAddress> proxy() {
        return Optional.ofNullable(connection().proxy());
    }

    @Override
    public final List<X509Certificate> peerCertificates() {
        return connection().peerCertificates();
    }

    @Override
    public final Instant arrival() {
        Instant known = arrival;
        if (known == null) {
            known = Instant.now().minusNanos(System.nanoTime() - arrivalNanos);
            arrival = known;
        }
        return known;
    }

    @Override
    public final Optional<Instant> deadline() {
        return hasDeadline() ? Optional.of(arrival().plusNanos(deadlineNanos)) : Optional.empty();
    }

    @Override
    public final Optional<Duration> remaining() {
        return hasDeadline()
                ? Optional.of(Duration.ofNanos(Math.max(0, expiresAt() - System.nanoTime())))
                : Optional.empty();
    }
}
