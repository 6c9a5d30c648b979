package dev.spoa.cli;

import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.AgentAddress;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * What the JVM watches when {@code lib/make-cache} makes the cache with which {@code spoa} starts fast: the short
 * commands once, against a fixture agent in the same process. Nobody sees what they print.
 */
final class TrainingRun {
    private TrainingRun() {}

    public static void main(String[] arguments) {
        try (Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).listen("127.0.0.1:0")
                .shutdownHook(false).start()) {
            String address = AgentAddress.format(agent.addresses().getFirst());
            run("--help");
            run("explain", "266");
            run("explain", "--json", "257");
            run("conform", "--list");
            run("ping", address);
            run("ping", "--profile=legacy", "--json", address);
            run("notify", address, "get-ip-reputation", "ip=ip:192.0.2.1");
            run("notify", "--json", address, "echo", "text=str:hello", "ip=ip:2001:db8::1", "n=int64:-1");
        }
    }

    private static void run(String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        int exitCode = Spoa.commandLine().setOut(nowhere).setErr(nowhere).execute(arguments);
        if (exitCode != ExitCode.OK) {
            throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exitCode);
        }
    }
}
