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
 * A process that keeps a listening socket and starts {@link RestartedAgent}s with it, one after the other or several at once, as
 * systemd does with a socket unit. Java cannot pass a descriptor to a child, so it is written in Perl, which is wherever
 * git is.
 */
final class SocketKeeper implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final SocketAddress address;

    SocketKeeper(Path folder, Pipelining pipelining) throws IOException {
        Path script = folder.resolve("with-socket.pl");
        try (InputStream in = SocketKeeper.class.getResourceAsStream("with-socket.pl")) {
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(List.of("perl", script.toString()));
        command.addAll(JavaCommand.of(RestartedAgent.class));
        command.add(pipelining.name());
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader(UTF_8);
        input = process.outputWriter(UTF_8);
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(next("port ")));
    }

    private String next(String start) throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(start)) {
            throw new IOException("expected a line that begins with \"" + start + "\", but \"" + line + "\" came");
        }
        return line.substring(start.length());
    }

    SocketAddress address() {
        return address;
    }

    /** Starts one more agent, and returns when it listens. */
    ProcessHandle startAgent() throws IOException {
        input.write("start\n");
        input.flush();
        long pid = Long.parseLong(next("pid "));
        next("listening on ");
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " has ended already"));
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
