package dev.spoa.agent;

import static org.awaitility.Awaitility.await;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Agents for one test, and what they answer. */
final class Agents {
    private Agents() {}

    /** Starts an agent with one event loop on a free port, so that all connections share the loop. */
    static Agent start(Consumer<AgentBuilder> settings) {
        AgentBuilder builder = Agent.builder().eventLoops(1).shutdownHook(false).grace(Duration.ofSeconds(5))
                .listen("127.0.0.1:0");
        settings.accept(builder);
        return builder.start();
    }

    static SocketAddress addressOf(Agent agent) {
        return agent.addresses().getFirst();
    }

    /** A handler that sets a {@code txn} variable of its message's name to true. */
    static void answer(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, message.name(), true);
    }

    /** What {@link #answer} sets for a message. */
    static Action answerOf(String message) {
        return set(message, Value.TRUE);
    }

    static Action set(String name, Value value) {
        return new Action.SetVar(Scope.TRANSACTION, name, value);
    }

    /** What the default failure policy says. */
    static Action error(FailureKind kind) {
        return set("agent_error", Value.of(kind.text()));
    }

    static void until(BooleanSupplier condition) {
        await().atMost(Peer.PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .until(condition::getAsBoolean);
    }

    /** Waits until nobody can connect any more. */
    static void awaitRefusal(SocketAddress address) {
        until(() -> {
            try {
                Peer.connect(address).close();
                return false;
            } catch (UncheckedIOException e) {
                return true;
            }
        });
    }
}
