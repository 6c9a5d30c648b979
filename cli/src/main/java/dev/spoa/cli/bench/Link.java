package dev.spoa.cli.bench;

import dev.spoa.engine.Ack;
import dev.spoa.engine.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection to the agent, HELLO done. Everything happens on one event loop, that of its {@link Pacer}. */
interface Link {
    /** Opens links to one agent. */
    interface Connector {
        CompletableFuture<Link> connect();
    }

    CompletableFuture<Ack> send(List<Message> messages);

    /** Whether anything can be sent. */
    boolean isOpen();

    /** How many NOTIFYs may be in flight. */
    int window();

    /** Completes when the connection has ended, after everything that was in flight. */
    CompletableFuture<Void> closed();

    Traffic traffic();

    void close();
}
