package dev.spoa.it;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Transport;
import dev.spoa.fixture.FixtureAgent;
import java.net.InetSocketAddress;

/** The fixture agent by one transport, with one event loop, so that who harms it harms all. */
final class StrainedAgent {
    private StrainedAgent() {}

    public static void main(String[] arguments) throws InterruptedException {
        AgentBuilder builder = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING)
                .transport(Transport.valueOf(arguments[0])).eventLoops(1).listen("127.0.0.1:0");
        try (Agent agent = builder.start()) {
            System.out.println("listening on " + ((InetSocketAddress) agent.addresses().getFirst()).getPort());
            agent.awaitClosed();
        }
    }
}
