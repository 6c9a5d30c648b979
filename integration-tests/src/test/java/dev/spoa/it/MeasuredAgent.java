package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.AgentAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link SoakAgent} in a process of its own, and what it takes of the machine. Needs Linux's {@code /proc}. */
final class MeasuredAgent implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final Map<FixtureAgent.Kind, SocketAddress> addresses = new EnumMap<>(FixtureAgent.Kind.class);

    MeasuredAgent() throws IOException {
        // a heap that is there from the beginning, so that RSS tells what grows outside of it; else as in production
        List<String> options = new ArrayList<>(SoakAgent.COUNTING_BUFFERS);
        options.addAll(List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:-UseSerialGC", "-XX:+UseG1GC",
                "-XX:TieredStopAtLevel=4"));
        process = new ProcessBuilder(JavaCommand.of(SoakAgent.class, options.toArray(String[]::new)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader(UTF_8);
        input = process.outputWriter(UTF_8);
        for (FixtureAgent.Kind kind : FixtureAgent.Kind.values()) {
            addresses.put(kind, AgentAddress.parse(nextLine()));
        }
    }

    SocketAddress address(FixtureAgent.Kind kind) {
        return addresses.get(kind);
    }

    private String nextLine() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the agent that is measured has ended");
        }
        return line;
    }

    /** What it takes now, once its garbage is gone. */
    SoakSample measure(Duration at) throws IOException {
        input.write("\n");
        input.flush();
        String[] figures = nextLine().split(" ", -1);
        Map<SoakSample.Figure, Long> values = new EnumMap<>(SoakSample.Figure.class);
        values.put(SoakSample.Figure.RSS, residentBytes());
        values.put(SoakSample.Figure.HEAP, Long.valueOf(figures[0]));
        values.put(SoakSample.Figure.BUFFERS, Long.valueOf(figures[1]));
        values.put(SoakSample.Figure.THREADS, Long.valueOf(figures[2]));
        values.put(SoakSample.Figure.DESCRIPTORS, descriptors());
        return new SoakSample(at, values, Long.parseLong(figures[3]), Long.parseLong(figures[4]),
                Long.parseLong(figures[5]), Long.parseLong(figures[6]));
    }

    private long residentBytes() throws IOException {
        String start = "VmRSS:";
        try (Stream<String> lines = Files.lines(proc("status"))) {
            return lines.filter(line -> line.startsWith(start)).findFirst()
                    .map(line -> line.substring(start.length()).replace("kB", "").strip()).map(Long::valueOf)
                    .orElseThrow(() -> new IOException("no " + start + " in " + proc("status"))) * 1_024;
        }
    }

    private long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return open.count();
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    @Override
    public void close() throws IOException {
        input.close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the agent that was measured has not ended within 30 s of its order to");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
