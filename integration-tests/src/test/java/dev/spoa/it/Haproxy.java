package dev.spoa.it;

import dev.spoa.protocol.AgentAddress;
import dev.spoa.testkit.HaproxyBuilder;
import dev.spoa.testkit.HaproxyProcess;
import dev.spoa.testkit.HaproxyVersion;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** The test kit's HAProxy with the configuration {@code haproxy.cfg} and {@code spoe.cfg} beside this class. */
final class Haproxy implements AutoCloseable {
    private final HaproxyProcess process;

    private Haproxy(HaproxyProcess process) {
        this.process = process;
    }

    /** What can differ; everything has a default but the agent's address. */
    static final class Builder {
        private final HaproxyBuilder process;

        private Builder(HaproxyVersion version) {
            process = HaproxyProcess.of(version).resource(Haproxy.class, "haproxy.cfg")
                    .resource(Haproxy.class, "spoe.cfg").resource(Haproxy.class, "answer.txt").port("PORT6", "::1");
            processingTimeout(Duration.ofSeconds(20));
            bufferSize(16_384);
        }

        /** {@code tune.bufsize}, and {@code max-frame-size} as it is by default with that. */
        Builder bufferSize(int bytes) {
            process.variable("BUFSIZE", Integer.toString(bytes));
            return frameSize(bytes - 4);
        }

        /** {@code max-frame-size}. */
        Builder frameSize(int bytes) {
            process.variable("FRAME", Integer.toString(bytes));
            return this;
        }

        /** {@code timeout processing}; so long by default that a test which waits for it fails. */
        Builder processingTimeout(Duration timeout) {
            process.variable("PROCESSING", timeout.toMillis() + "ms");
            return this;
        }

        /** Checks the agent's health five times a second. */
        Builder healthChecks() {
            process.variable("CHECK", "yes");
            return this;
        }

        /** Adds a second agent to the backend. */
        Builder secondAgent(SocketAddress address) {
            process.variable("SECOND", AgentAddress.format(address));
            return this;
        }

        /** Closes the client's connection after each response. */
        Builder closesConnections() {
            process.variable("CLOSE", "yes");
            return this;
        }

        /** Starts HAProxy and returns when it serves. */
        Haproxy start(SocketAddress agent) {
            return new Haproxy(process.agent(agent).start());
        }
    }

    static Builder of(HaproxyVersion version) {
        return new Builder(version);
    }

    URI uri(String pathAndQuery) {
        return process.uri(pathAndQuery);
    }

    URI uriOverIpv6(String pathAndQuery) {
        return process.uri("PORT6", pathAndQuery);
    }

    /** Answers one command on the admin socket. */
    String admin(String command) {
        return process.admin(command);
    }

    /** What {@code show stat} tells about the server of the agent, by the names of its columns. */
    Map<String, String> agentServer() {
        return process.statistics("agent", "agent");
    }

    /** Whether HAProxy's checks are content with a server of the agents: {@code agent} or {@code second}. */
    boolean isUp(String server) {
        return process.statistics("agent", server).getOrDefault("status", "no column status").equals("UP");
    }

    /** How many requests a backend has at the moment. */
    int sessionsOf(String backend) {
        return Integer.parseInt(process.statistics(backend, "BACKEND").getOrDefault("scur", "no column scur"));
    }

    /** Replaces the worker by a new one and returns when the new one serves; the old one ends when it has nothing left. */
    void reload() {
        process.reload();
    }

    /** Ends the worker by SIGKILL, in the middle of whatever it does; the master ends by itself then. */
    void kill() {
        ProcessHandle.of(process.workerPid().orElseThrow()).orElseThrow().destroyForcibly();
    }

    /** All that HAProxy has written so far. */
    String log() {
        return process.log();
    }

    @Override
    public String toString() {
        return process.toString();
    }

    @Override
    public void close() {
        process.close();
    }
}
