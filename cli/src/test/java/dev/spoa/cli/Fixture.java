package dev.spoa.cli;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.AgentAddress;

/** A fixture agent in this process. */
final class Fixture implements AutoCloseable {
    private final Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING)
            .listen("127.0.0.1:0").shutdownHook(false).start();

    String address() {
        return AgentAddress.format(agent.addresses().getFirst());
    }

    @Override
    public void close() {
        agent.close();
    }
}
