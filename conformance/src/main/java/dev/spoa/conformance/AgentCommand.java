package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The agent as a process that the suite starts itself, so that it can be ended, and started again after it has died.
 * The process ends with this JVM at the latest. For one thread at a time.
 */
public final class AgentCommand implements AutoCloseable {
    private static final Duration UNTIL_LISTENING = Duration.ofSeconds(30);
    private static final Duration UNTIL_ANSWERING = Duration.ofSeconds(5);
    private static final Duration UNTIL_CONNECTED = Duration.ofSeconds(1);
    private static final Duration UNTIL_ENDED = Duration.ofSeconds(5);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
    private static final int TAIL = 2_000;
    private static final String SHELL = "/bin/sh";

    private final String command;
    private final SocketAddress address;
    private final Path output;
    private final Thread hook;
    private volatile @Nullable Process process;

    /**
     * Nothing is started yet.
     *
     * @param command a command of the shell, which may become the agent's process or start it as its only child
     * @param address where the agent will listen
     */
    public AgentCommand(String command, SocketAddress address) {
        this.command = command;
        this.address = address;
        try {
            output = Files.createTempFile("spoa-conform-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hook = Thread.ofPlatform().unstarted(this::kill);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Ends the process if there is one, starts another, and waits until it answers a health check. One that listens
     * but does not answer counts as started after a while: what is wrong with it is for the cases to say.
     *
     * @throws AgentGoneException if it ends, or does not listen within 30 seconds; the message has the last that it wrote
     */
    public void restart() {
        kill();
        requireFree();
        try {
            process = new ProcessBuilder(SHELL, "-c", command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
        } catch (IOException e) {
            throw new AgentGoneException("cannot start the agent: " + e.getMessage(), e);
        }
        awaitAnswer();
    }

    /** Another agent at this address would be tested in place of this one, and would not die with its process. */
    private void requireFree() {
        long deadline = System.nanoTime() + UNTIL_ENDED.toNanos();
        while (isListening()) {
            if (System.nanoTime() > deadline) {
                throw new AgentGoneException("cannot start the agent: another process listens at its address", null);
            }
            pause();
        }
    }

    private boolean isListening() {
        try {
            Peer.connect(address, 0, UNTIL_CONNECTED).close();
            return true;
        } catch (UncheckedIOException e) {
            // whoever listens and does not accept does listen
            return e.getCause() instanceof SocketTimeoutException;
        }
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + UNTIL_LISTENING.toNanos();
        while (true) {
            if (!isAlive()) {
                throw new AgentGoneException("the agent has ended before it listened" + describeEnd(), null);
            }
            try (Peer peer = Peer.connect(address, 0, UNTIL_ANSWERING)) {
                peer.send(PeerBytes.healthCheck()).endsOrSpeaksWithin(UNTIL_ANSWERING);
                return;
            } catch (UncheckedIOException e) {
                if (System.nanoTime() > deadline) {
                    throw new AgentGoneException("the agent does not listen within " + UNTIL_LISTENING + tail(), e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentGoneException("interrupted", e);
        }
    }

    /**
     * Whether the process runs.
     *
     * @return false if it was never started, too
     */
    public boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** Whether the process has ended, or does so within so long. */
    boolean endsWithin(Duration patience) {
        Process current = process;
        try {
            return current == null || current.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The agent's process: what the shell has become, or where it still runs, what it has started.
     *
     * @return its id
     * @throws IllegalStateException if it was never started, or the shell runs several processes or none
     */
    public long pid() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("the agent was not started");
        }
        ProcessHandle agent = current.toHandle();
        while (isShell(agent)) {
            List<ProcessHandle> children = agent.children().toList();
            if (children.size() != 1) {
                throw new IllegalStateException("the command runs " + children.size() + " processes in its shell, of"
                        + " which one should be the agent; let the shell exec it");
            }
            agent = children.getFirst();
        }
        return agent.pid();
    }

    private static boolean isShell(ProcessHandle process) {
        try {
            return process.info().command().filter(Path.of(SHELL).toRealPath().toString()::equals).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** How the process has ended and what it wrote last; for the end of a message. */
    String describeEnd() {
        Process current = process;
        String code = current == null || current.isAlive() ? "" : " with exit code " + current.exitValue();
        return code + tail();
    }

    private String tail() {
        try {
            String end = new String(lastBytes(), StandardCharsets.ISO_8859_1).strip();
            return end.isEmpty() ? "; it has written nothing" : "; the last that it has written:\n" + end;
        } catch (IOException e) {
            return "";
        }
    }

    private byte[] lastBytes() throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(output)) {
            file.position(Math.max(0, file.size() - TAIL));
            // it may grow meanwhile
            return Channels.newInputStream(file).readNBytes(TAIL);
        }
    }

    /** A signal to the shell does not reach what it has started, so each of them gets its own. */
    private void kill() {
        Process current = process;
        if (current == null) {
            return;
        }
        List<ProcessHandle> all = Stream.concat(current.descendants(), Stream.of(current.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(UNTIL_ENDED.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            current.onExit().join();
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process, and those that it has started. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the JVM is on its way out, and the hook itself does the same
        } finally {
            deleteOutput();
        }
    }

    private void deleteOutput() {
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            output.toFile().deleteOnExit();
        }
    }
}
