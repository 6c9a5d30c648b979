package dev.spoa.examples.ipreputation;

import dev.spoa.agent.Agent;
import dev.spoa.protocol.Scope;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Tells HAProxy how good a client's address is, from 0 (blacklisted) to 100 (safe). Takes the address to listen on, and
 * a file of networks and their scores in place of the list in the jar.
 */
public final class IpReputationAgent {
    private IpReputationAgent() {}

    public static void main(String[] args) throws Exception {
        String address = args.length > 0 ? args[0] : "127.0.0.1:3000";
        Reputation reputation = args.length > 1 ? Reputation.read(Path.of(args[1])) : Reputation.builtIn();

        try (Agent agent = Agent.builder()
                .on("get-ip-reputation", (message, reply) -> {
                    InetAddress client = message.address("ip");
                    reply.set(Scope.SESSION, "ip_score", reputation.scoreOf(client));
                })
                .deadline("get-ip-reputation", Duration.ofMillis(500)) // half of HAProxy's timeout processing
                .listen(address)
                .start()) {
            System.out.println("listening on " + agent.addresses().getFirst());
            agent.awaitClosed();
        }
    }
}
