package dev.spoa.agent;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a peer can ask of an agent at most. One immutable value, made by {@link #builder()}; what is out of range is an
 * {@link IllegalArgumentException} that says the range.
 *
 * <p>
 * There is no idle timeout: HAProxy keeps connections as long as it wants them, and one that the agent closes just as
 * HAProxy picks it costs an event (section 4.3 of the protocol reference).
 */
public final class Limits {
    private static final int DEFAULT_FRAME_SIZE = 1_048_576;
    private static final int DEFAULT_REASSEMBLED_SIZE = 1_048_576;
    private static final int DEFAULT_CONNECTIONS = 16_384;
    private static final int DEFAULT_CONNECTIONS_WITHOUT_HELLO = 2_048;
    private static final int DEFAULT_NOTIFICATIONS_PER_CONNECTION = 1_024;
    private static final int DEFAULT_NOTIFICATIONS = 16_384;
    private static final int DEFAULT_NOTIFICATION_BYTES = 134_217_728;
    private static final int DEFAULT_INCOMPLETE_BYTES = 67_108_864;
    private static final int DEFAULT_UNFLUSHED_BYTES = 1_048_576;
    private static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DEFAULT_WRITE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_KEEP_ALIVE = Duration.ofSeconds(60);
    private static final Duration DEFAULT_USER_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration DEFAULT_SLOW_HANDLER = Duration.ofSeconds(1);
    private static final Duration MAX_DEADLINE = Duration.ofDays(1);

    private final Builder values;

    private Limits(Builder values) {
        this.values = values;
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The defaults.
     *
     * @return limits that suit an agent behind a few HAProxy processes
     */
    public static Limits defaults() {
        return new Builder().build();
    }

    /**
     * The largest frame the agent takes and sends, in bytes of LENGTH. The connection agrees on the smaller of this
     * and what the engine offers; a frame above that ends the connection with status 3.
     *
     * @return 256 to 16,777,216 bytes, 1,048,576 by default
     */
    public int frameSize() {
        return values.frameSize;
    }

    /**
     * The largest payload that the fragments of one NOTIFY may add up to, in bytes; beyond it the connection ends
     * with status 3. At 0 the agent does not announce {@code fragmentation}, and a fragment ends the connection with
     * status 10.
     *
     * @return 0 to 268,435,456 bytes, 1,048,576 by default
     */
    public int reassembledSize() {
        return values.reassembledSize;
    }

    /**
     * How many connections may be open; one more is closed at once.
     *
     * @return 1 to 1,000,000 connections, 16,384 by default
     */
    public int connections() {
        return values.connections;
    }

    /**
     * How many of the open connections may be without a completed HELLO; one more is closed at once.
     *
     * @return 1 to 1,000,000 connections, 2,048 by default
     */
    public int connectionsWithoutHello() {
        return values.connectionsWithoutHello;
    }

    /**
     * How many NOTIFYs of one connection may be with a handler; one more is answered at once by the failure policy,
     * with {@link FailureKind#OVERLOAD}. HAProxy keeps at most 20 in flight unless {@code max-waiting-frames} says
     * more.
     *
     * @return 1 to 1,048,576 NOTIFYs, 1,024 by default
     */
    public int notificationsPerConnection() {
        return values.notificationsPerConnection;
    }

    /**
     * How many NOTIFYs of all connections together may be with a handler; one more is answered at once by the failure
     * policy, with {@link FailureKind#OVERLOAD}.
     *
     * @return 1 to 16,777,216 NOTIFYs, 16,384 by default
     */
    public int notifications() {
        return values.notifications;
    }

    /**
     * How many NOTIFYs with a message of one name may be with a handler, unless {@link AgentBuilder#inFlight} says
     * otherwise for that name; one more is answered at once by the failure policy, with {@link FailureKind#OVERLOAD}.
     * It has to be below {@link #notifications()} for one slow message not to take the room of all others.
     *
     * @return 1 to 16,777,216 NOTIFYs, by default half of {@link #notifications()}, so 8,192, and at least 1
     */
    public int notificationsPerMessage() {
        return values.notificationsPerMessage;
    }

    /**
     * How many bytes the payloads of all NOTIFYs that are with a handler may add up to; one more NOTIFY is answered at
     * once by the failure policy, with {@link FailureKind#OVERLOAD}.
     *
     * @return 65,536 to 1,073,741,824 bytes, 134,217,728 by default
     */
    public int notificationBytes() {
        return values.notificationBytes;
    }

    /**
     * How many bytes of memory all connections together may hold for frames of which a part has come, and for NOTIFYs of which
     * some fragments have come; a connection that needs more ends with status 13. A begun frame takes 16,384 bytes or its
     * length, whatever is less, and up to four times what has come of it.
     *
     * @return 65,536 to 1,073,741,824 bytes, 67,108,864 by default
     */
    public int incompleteBytes() {
        return values.incompleteBytes;
    }

    /**
     * How many bytes of ACKs may wait for a peer that does not read them. At it the agent stops reading from that
     * peer until half of them are gone; the ACKs of NOTIFYs that it has already taken are still queued.
     *
     * @return 16,384 to 1,073,741,824 bytes, 1,048,576 by default
     */
    public int unflushedBytes() {
        return values.unflushedBytes;
    }

    /**
     * How long a connection may take to complete its HELLO, or to end after a health check; then it is closed.
     *
     * @return 1 ms to 1 h, 10 s by default
     */
    public Duration handshakeTimeout() {
        return values.handshakeTimeout;
    }

    /**
     * How long a peer may take none of the bytes that wait for it; then its connection is closed.
     *
     * @return 1 ms to 1 h, 30 s by default
     */
    public Duration writeTimeout() {
        return values.writeTimeout;
    }

    /**
     * How long a TCP connection is idle before the kernel asks whether the peer still lives, in whole seconds; it
     * then asks every tenth part of this, at least a second apart, three times. On Linux {@link #userTimeout()} ends
     * the asking where it is shorter than all of this.
     *
     * @return 1 s to 2 h, 60 s by default
     */
    public Duration keepAlive() {
        return values.keepAlive;
    }

    /**
     * How long sent bytes may stay unacknowledged by the peer's kernel before a TCP connection is given up
     * (TCP_USER_TIMEOUT), or a peer may take nothing at all. It should be longer than {@link #writeTimeout()} and than
     * the time that {@link #keepAlive()} takes to give up. Not available with {@link Transport#NIO}.
     *
     * @return 1 ms to 1 h, 90 s by default
     */
    public Duration userTimeout() {
        return values.userTimeout;
    }

    /**
     * How long a NOTIFY may be with its handlers, unless {@link AgentBuilder#deadline} says otherwise for a message
     * of it; then the failure policy answers, with {@link FailureKind#DEADLINE}, and a handler on a virtual thread is
     * interrupted. A NOTIFY with nothing but inline handlers has none.
     *
     * <p>
     * It should be well below HAProxy's {@code timeout processing}. HAProxy up to 3.0 with {@code continue-on-error}
     * takes an answer that it reads just after that timeout for the answer to the next event.
     *
     * <p>
     * A handler that cannot be interrupted keeps its place in flight until it ends, so enough of them that never end
     * turn into {@link FailureKind#OVERLOAD} for good.
     *
     * @return 1 ms to 1 day; empty, so none, by default
     */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(values.deadline);
    }

    /**
     * How long a handler may take before it is counted in {@link AgentStatistics#slowHandlers()} and named in the log,
     * with its message, the time and the peer, at most once in ten seconds. One that never returns is named while it
     * runs. Time runs from the call of the handler, or of the first of a NOTIFY's handlers that is slow, to its end or
     * that of its stage, not while the NOTIFY waits for a thread. For handlers on an event loop it is measured to a
     * quarter of this. Nothing else happens to a slow handler; that is what {@link #deadline()} is for.
     *
     * @return 1 ms to 1 day, 1 s by default
     */
    public Duration slowHandler() {
        return values.slowHandler;
    }

    static Duration checkedDeadline(Duration value) {
        return checked("deadline", value, Duration.ofMillis(1), MAX_DEADLINE);
    }

    static Duration checked(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", not " + value);
        }
        return value;
    }

    static int checked(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", not " + value);
        }
        return value;
    }

    /** Collects the limits that differ from the defaults. */
    public static final class Builder implements Cloneable {
        private int frameSize = DEFAULT_FRAME_SIZE;
        private int reassembledSize = DEFAULT_REASSEMBLED_SIZE;
        private int connections = DEFAULT_CONNECTIONS;
        private int connectionsWithoutHello = DEFAULT_CONNECTIONS_WITHOUT_HELLO;
        private int notificationsPerConnection = DEFAULT_NOTIFICATIONS_PER_CONNECTION;
        private int notifications = DEFAULT_NOTIFICATIONS;
        /** 0 where it was not set, so that it follows the number of all. */
        private int notificationsPerMessage;
        private int notificationBytes = DEFAULT_NOTIFICATION_BYTES;
        private int incompleteBytes = DEFAULT_INCOMPLETE_BYTES;
        private int unflushedBytes = DEFAULT_UNFLUSHED_BYTES;
        private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
        private Duration writeTimeout = DEFAULT_WRITE_TIMEOUT;
        private Duration keepAlive = DEFAULT_KEEP_ALIVE;
        private Duration userTimeout = DEFAULT_USER_TIMEOUT;
        private Duration slowHandler = DEFAULT_SLOW_HANDLER;
        private @Nullable Duration deadline;

        private Builder() {}

        /**
         * Sets {@link Limits#frameSize()}.
         *
         * @param value 256 to 16,777,216 bytes
         * @return this builder
         */
        public Builder frameSize(int value) {
            frameSize = checked("frameSize", value, 256, 16_777_216);
            return this;
        }

        /**
         * Sets {@link Limits#reassembledSize()}.
         *
         * @param value 0 to 268,435,456 bytes
         * @return this builder
         */
        public Builder reassembledSize(int value) {
            reassembledSize = checked("reassembledSize", value, 0, 268_435_456);
            return this;
        }

        /**
         * Sets {@link Limits#connections()}.
         *
         * @param value 1 to 1,000,000 connections
         * @return this builder
         */
        public Builder connections(int value) {
            connections = checked("connections", value, 1, 1_000_000);
            return this;
        }

        /**
         * Sets {@link Limits#connectionsWithoutHello()}.
         *
         * @param value 1 to 1,000,000 connections
         * @return this builder
         */
        public Builder connectionsWithoutHello(int value) {
            connectionsWithoutHello = checked("connectionsWithoutHello", value, 1, 1_000_000);
            return this;
        }

        /**
         * Sets {@link Limits#notificationsPerConnection()}.
         *
         * @param value 1 to 1,048,576 NOTIFYs
         * @return this builder
         */
        public Builder notificationsPerConnection(int value) {
            notificationsPerConnection = checked("notificationsPerConnection", value, 1, 1_048_576);
            return this;
        }

        /**
         * Sets {@link Limits#notifications()}.
         *
         * @param value 1 to 16,777,216 NOTIFYs
         * @return this builder
         */
        public Builder notifications(int value) {
            notifications = checked("notifications", value, 1, 16_777_216);
            return this;
        }

        /**
         * Sets {@link Limits#notificationsPerMessage()}, in place of half of {@link Limits#notifications()}.
         *
         * @param value 1 to 16,777,216 NOTIFYs
         * @return this builder
         */
        public Builder notificationsPerMessage(int value) {
            notificationsPerMessage = checked("notificationsPerMessage", value, 1, 16_777_216);
            return this;
        }

        /**
         * Sets {@link Limits#notificationBytes()}.
         *
         * @param value 65,536 to 1,073,741,824 bytes
         * @return this builder
         */
        public Builder notificationBytes(int value) {
            notificationBytes = checked("notificationBytes", value, 65_536, 1_073_741_824);
            return this;
        }

        /**
         * Sets {@link Limits#incompleteBytes()}.
         *
         * @param value 65,536 to 1,073,741,824 bytes
         * @return this builder
         */
        public Builder incompleteBytes(int value) {
            incompleteBytes = checked("incompleteBytes", value, 65_536, 1_073_741_824);
            return this;
        }

        /**
         * Sets {@link Limits#unflushedBytes()}.
         *
         * @param value 16,384 to 1,073,741,824 bytes
         * @return this builder
         */
        public Builder unflushedBytes(int value) {
            unflushedBytes = checked("unflushedBytes", value, 16_384, 1_073_741_824);
            return this;
        }

        /**
         * Sets {@link Limits#handshakeTimeout()}.
         *
         * @param value 1 ms to 1 h
         * @return this builder
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = checked("handshakeTimeout", value, Duration.ofMillis(1), Duration.ofHours(1));
            return this;
        }

        /**
         * Sets {@link Limits#writeTimeout()}.
         *
         * @param value 1 ms to 1 h
         * @return this builder
         */
        public Builder writeTimeout(Duration value) {
            writeTimeout = checked("writeTimeout", value, Duration.ofMillis(1), Duration.ofHours(1));
            return this;
        }

        /**
         * Sets {@link Limits#keepAlive()}.
         *
         * @param value 1 s to 2 h
         * @return this builder
         */
        public Builder keepAlive(Duration value) {
            keepAlive = checked("keepAlive", value, Duration.ofSeconds(1), Duration.ofHours(2));
            return this;
        }

        /**
         * Sets {@link Limits#userTimeout()}.
         *
         * @param value 1 ms to 1 h
         * @return this builder
         */
        public Builder userTimeout(Duration value) {
            userTimeout = checked("userTimeout", value, Duration.ofMillis(1), Duration.ofHours(1));
            return this;
        }

        /**
         * Sets {@link Limits#deadline()}.
         *
         * @param value 1 ms to 1 day
         * @return this builder
         */
        public Builder deadline(Duration value) {
            deadline = checkedDeadline(value);
            return this;
        }

        /**
         * Sets {@link Limits#slowHandler()}.
         *
         * @param value 1 ms to 1 day
         * @return this builder
         */
        public Builder slowHandler(Duration value) {
            slowHandler = checked("slowHandler", value, Duration.ofMillis(1), Duration.ofDays(1));
            return this;
        }

        /**
         * Makes the value.
         *
         * @return limits with what was set; this builder may be used on
         */
        public Limits build() {
            Builder values = copy();
            if (values.notificationsPerMessage == 0) {
                values.notificationsPerMessage = Math.max(1, values.notifications / 2);
            }
            return new Limits(values);
        }

        private Builder copy() {
            try {
                return (Builder) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError("a Builder is Cloneable", e);
            }
        }
    }
}
