package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoa.agent.Pipelining;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that keeps listening sockets and starts {@link RestartedAgent}s with them, one after the other or several at
 * once, as systemd does with a socket unit. Java cannot pass a descriptor to a child, so it is written in Perl, which is wherever
 * git is.
 */
final class SocketKeeper implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final List<SocketAddress> addresses = new ArrayList<>();

    SocketKeeper(Path folder, Pipelining pipelining, int sockets) throws IOException {
        Path script = folder.resolve("with-socket.pl");
        try (InputStream in = SocketKeeper.class.getResourceAsStream("with-socket.pl")) {
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(List.of("perl", script.toString(), Integer.toString(sockets)));
        command.addAll(JavaCommand.of(RestartedAgent.class));
        command.add(pipelining.name());
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader(UTF_8);
        input = process.outputWriter(UTF_8);
        for (int i = 0; i < sockets; i++) {
            addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(next("port "))));
        }
    }

    private String next(String start) throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(start)) {
            throw new IOException("expected a line that begins with \"" + start + "\", but \"" + line + "\" came");
        }
        return line.substring(start.length());
    }

    /** Where the sockets listen, in the order of their descriptors. */
    List<SocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Starts one more agent, and returns when it listens. */
    ProcessHandle startAgent() throws IOException {
        long pid = start("");
        next("listening on ");
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " has ended already"));
    }

    /** Starts an agent that cannot start, with variables of its environment, and returns what it says. */
    String startInVain(String variables) throws IOException {
        start(variables);
        return next("refused: ");
    }

    private long start(String variables) throws IOException {
        input.write("start " + variables + "\n");
        input.flush();
        return Long.parseLong(next("pid "));
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> agents = process.children().toList();
        input.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        agents.forEach(ProcessHandle::destroyForcibly);
    }
}
