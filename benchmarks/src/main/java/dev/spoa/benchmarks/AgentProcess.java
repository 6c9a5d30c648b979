package dev.spoa.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An agent as a process of its own, from its start until it is no longer needed. */
final class AgentProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long BETWEEN_LOOKS_MILLIS = 20;
    private static final long KIB_PER_MIB = 1_024;

    private final Subject subject;
    private final Process process;
    private final Path log;
    private final int port;

    private AgentProcess(Subject subject, Process process, Path log, int port) {
        this.subject = subject;
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts one on the core for agents, and waits until it listens. */
    static AgentProcess pinned(Lab lab, Subject subject) throws IOException, InterruptedException {
        int port = Lab.freePort();
        return start(lab, subject, port, Program.pinned(Lab.AGENT_CORE, subject.command().apply(port)));
    }

    /** Starts one that may use all cores, and waits until it listens. */
    static AgentProcess free(Lab lab, Subject subject) throws IOException, InterruptedException {
        int port = Lab.freePort();
        return start(lab, subject, port, subject.command().apply(port));
    }

    private static AgentProcess start(Lab lab, Subject subject, int port, List<String> command)
            throws IOException, InterruptedException {
        Files.createDirectories(lab.results());
        Path log = lab.results().resolve("agent.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(subject.environment());
        // each of these replaces itself by the next until the agent is there, so this is its process
        AgentProcess agent = new AgentProcess(subject, builder.start(), log, port);
        agent.awaitListening();
        return agent;
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isListening()) {
            checkAlive();
            if (System.nanoTime() - deadline > 0) {
                close();
                throw new MeasurementException(
                        subject.name() + " does not listen after " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new MeasurementException(subject.name() + " has ended by itself, with " + process.exitValue() + ": "
                    + Files.readString(log).strip());
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    double residentMib() throws IOException {
        checkAlive();
        String start = "VmRSS:";
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            return lines.filter(line -> line.startsWith(start)).findFirst()
                    .map(line -> line.substring(start.length()).replace("kB", "").strip()).map(Double::valueOf)
                    .orElseThrow(() -> new MeasurementException("no " + start + " of " + subject.name())) / KIB_PER_MIB;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
