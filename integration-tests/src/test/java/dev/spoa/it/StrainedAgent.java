package dev.spoa.it;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Message;
import dev.spoa.agent.Transport;
import dev.spoa.fixture.FixtureAgent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The fixture agent by one transport, with one event loop, so that who harms it harms all. Its own messages fill the
 * heap with pieces of {@code bytes} each until an OutOfMemoryError comes: {@code fill-inline}, {@code fill-blocking} and
 * {@code fill-async} in a handler of that kind, which fails by it, {@code fill-beside} in a thread that holds on to it
 * for {@code ms} milliseconds.
 */
final class StrainedAgent {
    private StrainedAgent() {}

    public static void main(String[] arguments) throws InterruptedException {
        AgentBuilder builder = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING)
                .onInline("fill-inline", (message, reply) -> fill(message))
                .on("fill-blocking", (message, reply) -> fill(message))
                .onAsync("fill-async", (message, reply) -> {
                    int bytes = (int) message.integer("bytes");
                    return CompletableFuture.runAsync(() -> fill(new ArrayList<>(), bytes));
                })
                .onInline("fill-beside", (message, reply) -> {
                    int bytes = (int) message.integer("bytes");
                    long ms = message.integer("ms");
                    Thread.ofPlatform().start(() -> hold(bytes, ms));
                })
                .transport(Transport.valueOf(arguments[0])).eventLoops(1).listen("127.0.0.1:0");
        try (Agent agent = builder.start()) {
            System.out.println("listening on " + ((InetSocketAddress) agent.addresses().getFirst()).getPort());
            agent.awaitClosed();
        }
    }

    private static void fill(Message message) {
        fill(new ArrayList<>(), (int) message.integer("bytes"));
    }

    private static void fill(List<byte[]> heap, int bytes) {
        while (true) {
            heap.add(new byte[bytes]);
        }
    }

    private static void hold(int bytes, long ms) {
        List<byte[]> heap = new ArrayList<>(1 << 20);
        long end = System.nanoTime() + ms * 1_000_000;
        while (System.nanoTime() - end < 0) {
            try {
                fill(heap, bytes);
            } catch (OutOfMemoryError e) {
                // and again, should anything have become free
            }
        }
        heap.clear();
    }
}
