package dev.spoa.agent.conformance;

import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.AgentStatistics;
import dev.spoa.agent.AsyncMessageHandler;
import dev.spoa.agent.Limits;
import dev.spoa.agent.Message;
import dev.spoa.agent.MessageHandler;
import dev.spoa.agent.Reply;
import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An agent with the messages of the fixture agent, all of one kind of handler, and two more: {@code hold} with an
 * integer {@code n} is answered (SET-VAR {@code txn} {@code held} = INT64 n) when the test says so, and
 * {@code neighbour} is the same for {@link EndpointTest}. It listens on 127.0.0.1 unless told otherwise.
 */
public final class AgentUnderTest implements AutoCloseable {
    /** How the handlers are registered. What waits is asynchronous where the kind is {@link #INLINE}. */
    public enum Kind {
        INLINE, ASYNC, BLOCKING
    }

    /** A message that a handler was called with. */
    public record Handled(String message, List<Argument> arguments) {}

    /** A NOTIFY that waits for the test. */
    public static final class Held {
        private final long n;
        private final long streamId;
        private final Reply reply;
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        private Held(Message message, Reply reply) {
            this.n = message.integer("n");
            this.streamId = message.notification().streamId();
            this.reply = reply;
        }

        public long n() {
            return n;
        }

        public long streamId() {
            return streamId;
        }

        /** Lets the handler end. */
        public void release() {
            reply.set(Scope.TRANSACTION, "held", n);
            end.complete(null);
        }

        /** Whether the agent has cancelled the stage or interrupted the thread. */
        public boolean isGivenUp() {
            return end.isCancelled();
        }

        private void block() throws ExecutionException, InterruptedException {
            try {
                end.get();
            } catch (InterruptedException e) {
                end.cancel(false);
                throw e;
            }
        }
    }

    private interface Handler {
        void handle(Message message, Reply reply);
    }

    private final Agent agent;
    private final Queue<Handled> handled = new ConcurrentLinkedQueue<>();
    private final Queue<Held> held = new ConcurrentLinkedQueue<>();
    private final Queue<Held> neighbours = new ConcurrentLinkedQueue<>();

    private AgentUnderTest(Kind kind, Consumer<AgentBuilder> settings) {
        // handlers are held here for as long as a test likes, and no warning is to come of that
        AgentBuilder builder = Agent.builder().eventLoops(2).shutdownHook(false)
                .limits(Limits.builder().slowHandler(Duration.ofHours(1)).build());
        register(builder, kind, "get-ip-reputation", AgentUnderTest::score);
        register(builder, kind, "echo", AgentUnderTest::echo);
        register(builder, kind, "scopes", AgentUnderTest::scopes);
        register(builder, kind, "unset", AgentUnderTest::unset);
        register(builder, kind, "fail", AgentUnderTest::fail);
        register(builder, kind, "big", AgentUnderTest::big);
        registerWaiting(builder, kind, "sleep", AgentUnderTest::sleep, AgentUnderTest::sleepOnTimer);
        registerWaiting(builder, kind, "hold", (message, reply) -> hold(held, message, reply).block(),
                (message, reply) -> hold(held, message, reply).end);
        registerWaiting(builder, kind, "neighbour", (message, reply) -> hold(neighbours, message, reply).block(),
                (message, reply) -> hold(neighbours, message, reply).end);
        settings.accept(builder);
        agent = builder.start();
    }

    /** Starts an agent on a free TCP port. */
    public static AgentUnderTest start(Kind kind) {
        return start(kind, builder -> builder.listen("127.0.0.1:0"));
    }

    /** Starts an agent with settings, among which an address to listen on has to be. */
    public static AgentUnderTest start(Kind kind, Consumer<AgentBuilder> settings) {
        return new AgentUnderTest(kind, settings);
    }

    public Agent agent() {
        return agent;
    }

    /** What it listens on first. */
    public SocketAddress address() {
        return agent.addresses().getFirst();
    }

    public AgentStatistics statistics() {
        return agent.statistics();
    }

    /** What the handlers were called with so far, {@code hold} and {@code sleep} left out. */
    public List<Handled> handled() {
        return List.copyOf(handled);
    }

    /** Waits until so many {@code hold} messages have come to their handlers in all. */
    public List<Held> awaitHeld(int number) {
        return awaitHeld(held, number);
    }

    /** Waits until the neighbours' messages have come to their handlers. */
    List<Held> awaitNeighbours(int number) {
        return awaitHeld(neighbours, number);
    }

    private static List<Held> awaitHeld(Queue<Held> queue, int number) {
        await().atMost(Peer.PATIENCE).pollInterval(1, TimeUnit.MILLISECONDS).until(() -> queue.size() >= number);
        return List.copyOf(queue);
    }

    @Override
    public void close() {
        agent.close();
    }

    private void register(AgentBuilder builder, Kind kind, String message, Handler handler) {
        Handler noting = (received, reply) -> {
            handled.add(new Handled(received.name(), received.arguments()));
            handler.handle(received, reply);
        };
        switch (kind) {
            case INLINE -> builder.onInline(message, noting::handle);
            case ASYNC -> builder.onAsync(message, (received, reply) -> CompletableFuture
                    .runAsync(() -> noting.handle(received, reply)));
            case BLOCKING -> builder.on(message, noting::handle);
        }
    }

    private static void registerWaiting(AgentBuilder builder, Kind kind, String message, MessageHandler blocking,
            AsyncMessageHandler async) {
        if (kind == Kind.BLOCKING) {
            builder.on(message, blocking);
        } else {
            builder.onAsync(message, async);
        }
    }

    private static void score(Message message, Reply reply) {
        byte[] address = message.address("ip").getAddress();
        reply.set(Scope.SESSION, "ip_score", Byte.toUnsignedInt(address[address.length - 1]) % 101);
    }

    private static void echo(Message message, Reply reply) {
        for (Argument argument : message.arguments()) {
            if (!argument.name().isEmpty()) {
                reply.set(Scope.TRANSACTION, argument.name(), argument.value());
            }
        }
    }

    private static void scopes(Message message, Reply reply) {
        for (Scope scope : Scope.values()) {
            reply.set(scope, "v_" + scope.prefix(), scope.code());
        }
    }

    private static void unset(Message message, Reply reply) {
        reply.unset(Scope.TRANSACTION, message.string("name"));
    }

    private static void fail(Message message, Reply reply) {
        throw new IllegalStateException("this handler was asked to fail");
    }

    private static void big(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, "big", "x".repeat((int) message.integer("n")));
    }

    private static void sleep(Message message, Reply reply) throws InterruptedException {
        long ms = message.integer("ms");
        Thread.sleep(ms);
        reply.set(Scope.TRANSACTION, "slept", ms);
    }

    private static CompletableFuture<Void> sleepOnTimer(Message message, Reply reply) {
        long ms = message.integer("ms");
        Executor later = CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(() -> reply.set(Scope.TRANSACTION, "slept", ms), later);
    }

    private static Held hold(Queue<Held> queue, Message message, Reply reply) {
        Held notify = new Held(message, reply);
        queue.add(notify);
        return notify;
    }
}
