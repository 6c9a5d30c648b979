package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

    private final String command;
    private final SocketAddress address;
    private final Path output;
    private final Thread hook;
    private volatile @Nullable Process process;

    /**
     * Nothing is started yet.
     *
     * @param command a command of the shell; it should become the agent's process and not start it as a child
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
            process = new ProcessBuilder("/bin/sh", "-c", "exec " + command).redirectErrorStream(true)
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
     * The process.
     *
     * @return its id
     * @throws IllegalStateException if it was never started
     */
    public long pid() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("the agent was not started");
        }
        return current.pid();
    }

    /** How the process has ended and what it wrote last; for the end of a message. */
    String describeEnd() {
        Process current = process;
        String code = current == null || current.isAlive() ? "" : " with exit code " + current.exitValue();
        return code + tail();
    }

    private String tail() {
        try {
            String all = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
            String end = all.substring(Math.max(0, all.length() - TAIL));
            return end.isEmpty() ? "; it has written nothing" : "; the last that it has written:\n" + end;
        } catch (IOException e) {
            return "";
        }
    }

    private void kill() {
        Process current = process;
        if (current == null) {
            return;
        }
        current.destroy();
        try {
            if (!current.waitFor(UNTIL_ENDED.toMillis(), TimeUnit.MILLISECONDS)) {
                current.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            current.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process. */
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
