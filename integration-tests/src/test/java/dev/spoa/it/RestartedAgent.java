package dev.spoa.it;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Listener;
import dev.spoa.agent.Pipelining;
import dev.spoa.fixture.FixtureAgent;
import java.io.UncheckedIOException;

/** The fixture agent on the sockets that a service manager passes to it, until SIGTERM. */
final class RestartedAgent {
    private RestartedAgent() {}

    public static void main(String[] arguments) throws InterruptedException {
        AgentBuilder builder = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING)
                .pipelining(Pipelining.valueOf(arguments[0]));
        try {
            Listener.inherited().forEach(builder::listen);
            try (Agent agent = builder.start()) {
                System.out.println("listening on " + agent.addresses());
                agent.awaitClosed();
            }
        } catch (IllegalStateException | UncheckedIOException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
