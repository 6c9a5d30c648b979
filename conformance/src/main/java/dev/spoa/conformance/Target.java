package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.AgentAddress;
import dev.spoa.protocol.wire.Capability;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * The agent as one case sees it: an address, and connections that end with the case. A case may use it from several
 * threads.
 */
final class Target {
    private static final Duration REFUSAL_LASTS = Duration.ofSeconds(1);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

    private final SocketAddress address;
    private final Duration patience;
    private final long seed;
    private final LongSupplier pid;
    private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Target(SocketAddress address, Duration patience, long seed, LongSupplier pid) {
        this.address = address;
        this.patience = patience;
        this.seed = seed;
        this.pid = pid;
    }

    SocketAddress address() {
        return address;
    }

    /** How long any one answer is waited for. */
    Duration patience() {
        return patience;
    }

    /** What everything random is made from. */
    long seed() {
        return seed;
    }

    /**
     * The agent's process.
     *
     * @throws NotRunException if nobody has told which it is
     */
    long pid() {
        return pid.getAsLong();
    }

    /**
     * A connection on which nothing was said yet.
     *
     * @throws AgentGoneException if for a second none was accepted
     */
    Peer connect() {
        return connect(0);
    }

    /** The same, with a receive buffer of about so many bytes. */
    Peer connect(int receiveBuffer) {
        long deadline = System.nanoTime() + REFUSAL_LASTS.toNanos();
        while (true) {
            try {
                Peer peer = Peer.connect(address, receiveBuffer, patience);
                peers.add(peer);
                if (closed) {
                    peer.close();
                }
                return peer;
            } catch (UncheckedIOException e) {
                // a full backlog refuses, too, for a moment
                if (closed || System.nanoTime() > deadline) {
                    throw new AgentGoneException("the agent at " + AgentAddress.format(address)
                            + " accepts no connections any more: " + e.getCause(), e);
                }
                pause(BETWEEN_ATTEMPTS);
            }
        }
    }

    /** A connection of HAProxy up to 3.0, ready for NOTIFYs. */
    Peer legacy() {
        return engine(PeerBytes.legacyHello());
    }

    /** A connection of HAProxy from 3.1 on, ready for NOTIFYs. */
    Peer mux() {
        return engine(PeerBytes.muxHello());
    }

    /** A connection with this HELLO, ready for NOTIFYs. */
    Peer engine(byte[] hello) {
        return connect().hello(hello);
    }

    /** A connection as {@link #mux()} has it, on which several NOTIFYs may be in flight. */
    Peer pipelined() {
        Peer peer = mux();
        if (!peer.offer().capabilities().contains(Capability.PIPELINING)) {
            throw new NotRunException("the agent does not announce pipelining");
        }
        return peer;
    }

    /** A connection as {@link #legacy()} has it, on which NOTIFYs may come in fragments. */
    Peer fragmented() {
        Peer peer = legacy();
        if (!peer.offer().capabilities().contains(Capability.FRAGMENTATION)) {
            throw new NotRunException("the agent does not announce fragmentation");
        }
        return peer;
    }

    /** Checks that the agent answers a NOTIFY on this connection, and with nothing before it. */
    void requireAnswers(Peer peer) {
        peer.send(PeerBytes.notify(20_001, 1, Contract.scoreOf(42)));
        Expected.ack("the next NOTIFY on the same connection", peer.readFrame(), 20_001, 1, Contract.scoredOf(42));
    }

    /** Checks that the agent still serves new connections. */
    void requireServes() {
        Peer peer = mux();
        requireAnswers(peer);
        peer.close();
    }

    /** Gives the agent time to read what was sent: from outside there is no event to wait for. */
    void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Closes all connections; those that are opened later, too. */
    void closeAll() {
        closed = true;
        peers.forEach(Peer::close);
    }
}
