package dev.spoa.engine;

import dev.spoa.protocol.Argument;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * HAProxy's side of one connection to an agent, with HELLO done: sends NOTIFYs and takes their ACKs.
 *
 * {@snippet file="dev/spoa/engine/EngineExampleTest.java" region="example"}
 *
 * <p>
 * It is strict about what it receives. A frame that breaks the rules ends the connection with a DISCONNECT, and an ACK
 * that HAProxy would stop reading in the middle fails its NOTIFY; both errors say at which byte. Where HAProxy passes
 * over a mistake in silence, as it does with an ACK for ids that were never sent, this is an error too.
 *
 * <p>
 * Safe for any thread. Futures complete on the engine's event loop, which must not be blocked.
 */
public final class Engine implements AutoCloseable {
    private final EngineConnection connection;
    private final EngineGroup group;
    private final AgentOffer offer;

    private Engine(EngineConnection connection, EngineGroup group, AgentOffer offer) {
        this.connection = connection;
        this.group = group;
        this.offer = offer;
    }

    /**
     * Begins an engine.
     *
     * @return a builder with HAProxy's own defaults
     */
    public static EngineBuilder builder() {
        return new EngineBuilder();
    }

    static CompletableFuture<Engine> connect(EngineBuilder settings, SocketAddress address) {
        EngineGroup given = settings.group;
        EngineGroup group = given == null ? new EngineGroup(1) : given;
        EngineConnection connection = new EngineConnection(settings, group, address);
        if (given == null) {
            var unused = connection.closed().whenComplete((end, failure) -> group.close());
        }
        CompletableFuture<Engine> result = new CompletableFuture<>();
        var unused = connection.opened().whenComplete((offer, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            Engine engine = new Engine(connection, group, offer);
            if (!result.complete(engine)) {
                // whoever asked for it has given up, so nobody else can close it
                engine.close();
            }
        });
        Channels.connect(settings, group, address, connection);
        return result;
    }

    /**
     * What the agent said in its HELLO.
     *
     * @return its offer
     */
    public AgentOffer offer() {
        return offer;
    }

    /**
     * Sends a NOTIFY with one message, as a client of its own.
     *
     * @param message the message's name
     * @param arguments its arguments in their order
     * @return completes with the ACK on the engine's event loop, exceptionally with an {@link EngineException}
     */
    public CompletableFuture<Ack> notify(String message, Argument... arguments) {
        return notify(List.of(Message.of(message, arguments)));
    }

    /**
     * Sends a NOTIFY with any number of messages, as a client of its own.
     *
     * @param messages the messages in their order; none is what HAProxy 3.1 and 3.2 send when all were filtered out
     * @return completes with the ACK on the engine's event loop, exceptionally with an {@link EngineException}
     */
    public CompletableFuture<Ack> notify(List<Message> messages) {
        return stream().notify(messages);
    }

    /**
     * Begins a client whose events come one after the other.
     *
     * @return the stream
     */
    public EngineStream stream() {
        return new EngineStream(connection, group.nextStream());
    }

    /**
     * How many ACKs came after the {@link EngineBuilder#processingTimeout} of their NOTIFY and were dropped.
     *
     * @return their number
     */
    public long lateAcks() {
        return connection.lateAcks();
    }

    /**
     * How many bytes the agent has sent on this connection.
     *
     * @return their number, HELLO included
     */
    public long bytesReceived() {
        return connection.bytesReceived();
    }

    /**
     * How many bytes were written for the agent.
     *
     * @return their number, HELLO included
     */
    public long bytesSent() {
        return connection.bytesSent();
    }

    /**
     * Whether NOTIFYs can be sent.
     *
     * @return whether the connection is open, and neither side has sent a DISCONNECT
     */
    public boolean isOpen() {
        return connection.isOpen();
    }

    /**
     * The end of the connection.
     *
     * @return completes when the connection is closed; exceptionally with an {@link EngineException} unless this side
     *         closed it or the agent sent DISCONNECT 0
     */
    public CompletableFuture<Void> closed() {
        return connection.closed().copy();
    }

    /**
     * Sends HAPROXY-DISCONNECT 0 and waits until the agent has answered with its own or closed the connection, for
     * {@link EngineBuilder#helloTimeout} at most. What is pending fails with {@link EngineException.Kind#CLOSED}. On an
     * event loop it does not wait.
     */
    public void disconnect() {
        await(connection.disconnect());
    }

    /**
     * Ends the connection as the profile does: {@link EngineProfile#LEGACY} by {@link #disconnect()},
     * {@link EngineProfile#MUX} by closing it without a word. What is pending fails with
     * {@link EngineException.Kind#CLOSED}. Returns when the connection is closed; on an event loop at once.
     */
    @Override
    public void close() {
        await(connection.close());
    }

    private void await(CompletableFuture<Void> end) {
        if (!group.isOnLoop()) {
            // why it ended is of interest to closed() only
            end.exceptionally(failure -> null).join();
        }
    }
}
