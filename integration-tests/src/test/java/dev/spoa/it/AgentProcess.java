package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link StrainedAgent} in a process of its own, which may run out of what it is given little of. */
final class AgentProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final Path output;
    private final SocketAddress address;

    private AgentProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
        await().atMost(PATIENCE).until(() -> !process.isAlive() || port().isPresent());
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port().orElseThrow(
                () -> new IllegalStateException("the agent's process has ended: " + lines())));
    }

    /** One that may have so many files and sockets open, those that the JVM itself needs among them. */
    static AgentProcess withDescriptors(int number, Path folder, Transport transport) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -n " + number + " && exec \"$@\"", "bash"));
        command.addAll(command(transport));
        return start(command, folder);
    }

    /** One with the heap that all processes of the tests have. */
    static AgentProcess withSmallHeap(Path folder, Transport transport) throws IOException {
        return start(command(transport), folder);
    }

    private static List<String> command(Transport transport) {
        List<String> command = JavaCommand.of(StrainedAgent.class,
                "-Dlogback.configurationFile=dev/spoa/it/process-logback.xml");
        command.add(transport.name());
        return command;
    }

    private static AgentProcess start(List<String> command, Path folder) throws IOException {
        Path output = folder.resolve("output");
        return new AgentProcess(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                .start(), output);
    }

    private Optional<Integer> port() {
        return lines().stream().filter(line -> line.startsWith(LISTENING))
                .map(line -> Integer.valueOf(line.substring(LISTENING.length()))).findFirst();
    }

    SocketAddress address() {
        return address;
    }

    /** All that it has written so far, its log and the JVM's own lines among it. */
    List<String> lines() {
        try {
            return Files.readString(output, UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How long all its threads together have had a processor. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
