package dev.spoa.it;

import dev.spoa.agent.Agent;
import dev.spoa.protocol.Scope;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An agent that remembers what the message {@code record} brought, whose body comes in two arguments. */
final class RecordingAgent implements AutoCloseable {
    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final Agent agent = Agent.builder().onInline("record", (message, reply) -> {
        received.add(new Received(message.string("id"), Body.sha256(message.bytes("first")),
                Body.sha256(message.bytes("second"))));
        reply.set(Scope.TRANSACTION, "recorded", message.string("id"));
    }).listen("127.0.0.1:0").shutdownHook(false).start();

    record Received(String id, String firstSha256, String secondSha256) {}

    SocketAddress address() {
        return agent.addresses().getFirst();
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        agent.close();
    }
}
