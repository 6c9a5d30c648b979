package dev.spoa.engine;

import static java.util.Objects.requireNonNull;

import dev.spoa.protocol.AgentAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How an engine is to behave. The defaults are HAProxy's own. For one thread; each connection takes a copy. */
public final class EngineBuilder {
    /** The smallest {@code max-frame-size} (section 2.3). */
    public static final int MIN_FRAME_SIZE = 256;
    /** The largest {@code max-frame-size} that this engine can be told, 64 MiB. */
    public static final int MAX_FRAME_SIZE = 67_108_864;
    /** The most NOTIFYs that may be in flight on one connection. HAProxy has 20. */
    public static final int MAX_IN_FLIGHT = 65_536;
    /** The most NOTIFYs that may wait for a place in flight. */
    public static final int MAX_QUEUED = 1_048_576;
    /** The longest of all times. */
    public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    EngineProfile profile = EngineProfile.MUX;
    int maxFrameSize = 16_380;
    boolean pipelining = true;
    boolean async = true;
    int maxInFlight = 20;
    int maxQueued = 65_536;
    Duration connectTimeout = Duration.ofSeconds(5);
    Duration helloTimeout = Duration.ofSeconds(5);
    Duration processingTimeout = Duration.ofSeconds(5);
    Duration idleTimeout = Duration.ZERO;
    String engineId = UUID.randomUUID().toString();
    @Nullable EngineGroup group;

    EngineBuilder() {}

    EngineBuilder(EngineBuilder other) {
        profile = other.profile;
        maxFrameSize = other.maxFrameSize;
        pipelining = other.pipelining;
        async = other.async;
        maxInFlight = other.maxInFlight;
        maxQueued = other.maxQueued;
        connectTimeout = other.connectTimeout;
        helloTimeout = other.helloTimeout;
        processingTimeout = other.processingTimeout;
        idleTimeout = other.idleTimeout;
        engineId = other.engineId;
        group = other.group;
    }

    /**
     * Which engine of HAProxy's to imitate; {@link EngineProfile#MUX} by default.
     *
     * @param value the profile
     * @return this
     */
    public EngineBuilder profile(EngineProfile value) {
        profile = requireNonNull(value, "profile");
        return this;
    }

    /**
     * The {@code max-frame-size} to offer; 16380 by default, which is {@code tune.bufsize - 4}.
     *
     * @param bytes {@value #MIN_FRAME_SIZE} to {@value #MAX_FRAME_SIZE}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder maxFrameSize(int bytes) {
        maxFrameSize = checked("maxFrameSize", bytes, MIN_FRAME_SIZE, MAX_FRAME_SIZE);
        return this;
    }

    /**
     * Whether to offer {@code pipelining}; true by default. If one of both sides does not, one NOTIFY is in flight at a
     * time.
     *
     * @param value whether to
     * @return this
     */
    public EngineBuilder pipelining(boolean value) {
        pipelining = value;
        return this;
    }

    /**
     * Whether {@link EngineProfile#LEGACY} offers {@code async}, as it does by default. ACKs are expected on the
     * connection of their NOTIFY all the same, where they are always right.
     *
     * @param value whether to
     * @return this
     */
    public EngineBuilder async(boolean value) {
        async = value;
        return this;
    }

    /**
     * How many NOTIFYs may be in flight; 20 by default. Others wait in the order in which they came.
     *
     * @param notifications 1 to {@value #MAX_IN_FLIGHT}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder maxInFlight(int notifications) {
        maxInFlight = checked("maxInFlight", notifications, 1, MAX_IN_FLIGHT);
        return this;
    }

    /**
     * How many NOTIFYs may wait for a place in flight; 65536 by default. Beyond that a NOTIFY fails at once with
     * {@link EngineException.Kind#QUEUE_FULL}.
     *
     * @param notifications 0 to {@value #MAX_QUEUED}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder maxQueued(int notifications) {
        maxQueued = checked("maxQueued", notifications, 0, MAX_QUEUED);
        return this;
    }

    /**
     * How long a connection may take to open; 5 s by default.
     *
     * @param value above zero, {@link #MAX_TIMEOUT} at most
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder connectTimeout(Duration value) {
        connectTimeout = checked("connectTimeout", value);
        return this;
    }

    /**
     * How long to wait for AGENT-HELLO, and in {@link Engine#disconnect()} for AGENT-DISCONNECT; 5 s by default.
     *
     * @param value above zero, {@link #MAX_TIMEOUT} at most
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder helloTimeout(Duration value) {
        helloTimeout = checked("helloTimeout", value);
        return this;
    }

    /**
     * How long a NOTIFY may take, waiting for its turn included ({@code timeout processing}); 5 s by default. When it
     * has passed, nothing is sent, as HAProxy sends nothing, and an ACK that comes later is counted and dropped.
     *
     * @param value above zero, {@link #MAX_TIMEOUT} at most
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder processingTimeout(Duration value) {
        processingTimeout = checked("processingTimeout", value);
        return this;
    }

    /**
     * After how long without traffic {@link EngineProfile#LEGACY} sends DISCONNECT 2 ({@code timeout idle}); zero, the
     * default, is never. {@link EngineProfile#MUX} ignores it, as HAProxy does.
     *
     * @param value zero to {@link #MAX_TIMEOUT}
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineBuilder idleTimeout(Duration value) {
        idleTimeout = value.isZero() ? value : checked("idleTimeout", value);
        return this;
    }

    /**
     * The {@code engine-id} of the HELLO; a random UUID by default, the same for all connections of this builder.
     *
     * @param value what to send
     * @return this
     */
    public EngineBuilder engineId(String value) {
        engineId = requireNonNull(value, "engineId");
        return this;
    }

    /**
     * The event loops to use. By default an engine has one of its own, which ends with it.
     *
     * @param value the group; it has to be closed by whoever made it
     * @return this
     */
    public EngineBuilder group(EngineGroup value) {
        group = requireNonNull(value, "group");
        return this;
    }

    /**
     * Connects, says HELLO and waits for the agent's. Not for event loops.
     *
     * @param address {@code host:port}, {@code [v6]:port}, {@code unix@/path} or {@code abnsz@name}
     * @return the engine, ready for NOTIFYs
     * @throws EngineException if the agent cannot be reached, does not answer, refuses, or answers wrongly
     * @throws IllegalArgumentException if the address is malformed
     * @throws IllegalStateException on an event loop of the group
     */
    public Engine connect(String address) {
        return connect(AgentAddress.parse(address));
    }

    /**
     * Like {@link #connect(String)}.
     *
     * @param address an {@link java.net.InetSocketAddress} or {@link java.net.UnixDomainSocketAddress}
     * @return the engine, ready for NOTIFYs
     * @throws EngineException if the agent cannot be reached, does not answer, refuses, or answers wrongly
     */
    public Engine connect(SocketAddress address) {
        requireNoLoop();
        return Waiting.on(connectAsync(address));
    }

    /**
     * Like {@link #connect(SocketAddress)}, without waiting.
     *
     * @param address an {@link java.net.InetSocketAddress} or {@link java.net.UnixDomainSocketAddress}
     * @return completes on the engine's event loop, exceptionally with an {@link EngineException}
     */
    public CompletableFuture<Engine> connectAsync(SocketAddress address) {
        return Engine.connect(new EngineBuilder(this), AgentAddress.checked(address));
    }

    /**
     * Checks the agent's health on a connection of its own, as {@code option spop-check} does. Not for event loops.
     *
     * @param address {@code host:port}, {@code [v6]:port}, {@code unix@/path} or {@code abnsz@name}
     * @return the result; never an exception for anything that the agent does
     * @throws IllegalArgumentException if the address is malformed
     */
    public HealthCheck check(String address) {
        return check(AgentAddress.parse(address));
    }

    /**
     * Like {@link #check(String)}.
     *
     * @param address an {@link java.net.InetSocketAddress} or {@link java.net.UnixDomainSocketAddress}
     * @return the result; never an exception for anything that the agent does
     */
    public HealthCheck check(SocketAddress address) {
        requireNoLoop();
        return Waiting.on(HealthChecker.check(new EngineBuilder(this), AgentAddress.checked(address)));
    }

    /** On an event loop of the group it would wait for itself. */
    private void requireNoLoop() {
        if (group != null && group.isOnLoop()) {
            throw new IllegalStateException("an event loop must not wait for a connection; use connectAsync");
        }
    }

    private static int checked(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": expected " + least + " to " + most + ", but " + value
                    + " came");
        }
        return value;
    }

    private static Duration checked(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(name + ": expected more than zero and " + MAX_TIMEOUT
                    + " at most, but " + value + " came");
        }
        return value;
    }
}
