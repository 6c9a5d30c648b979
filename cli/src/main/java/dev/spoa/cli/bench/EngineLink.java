package dev.spoa.cli.bench;

import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineBuilder;
import dev.spoa.engine.EngineGroup;
import dev.spoa.engine.Message;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection of the engine's. */
final class EngineLink implements Link {
    private final Engine engine;
    private final int window;

    private EngineLink(Engine engine, int inFlight) {
        this.engine = engine;
        // what is sent beyond that would wait in the engine, and its timeout would run
        this.window = engine.offer().capabilities().contains("pipelining") ? inFlight : 1;
    }

    static Connector connector(LoadPlan plan, EngineGroup group, SocketAddress address) {
        EngineBuilder builder = Engine.builder().group(group).profile(plan.profile())
                .maxFrameSize(plan.maxFrameSize()).maxInFlight(plan.inFlight()).processingTimeout(plan.timeout());
        return () -> builder.connectAsync(address).thenApply(engine -> new EngineLink(engine, plan.inFlight()));
    }

    @Override
    public CompletableFuture<Ack> send(List<Message> messages) {
        return engine.notify(messages);
    }

    @Override
    public boolean isOpen() {
        return engine.isOpen();
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public CompletableFuture<Void> closed() {
        return engine.closed();
    }

    @Override
    public Traffic traffic() {
        return new Traffic(engine.bytesSent(), engine.bytesReceived());
    }

    @Override
    public void close() {
        engine.close();
    }
}
