package dev.spoa.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One HAProxy, master and worker, with the configuration {@code haproxy.cfg} and {@code spoe.cfg} in a folder of its
 * own. What differs between tests is an environment variable there.
 */
final class Haproxy implements AutoCloseable {
    private static final List<String> FILES = List.of("haproxy.cfg", "spoe.cfg", "answer.txt");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 5;
    private static final Set<Haproxy> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(haproxy -> haproxy.master.destroy())));
    }

    private final HaproxyVersion version;
    private final Path dir;
    private final Process master;
    private final int port4;
    private final int port6;

    private Haproxy(HaproxyVersion version, Path dir, Process master, int port4, int port6) {
        this.version = version;
        this.dir = dir;
        this.master = master;
        this.port4 = port4;
        this.port6 = port6;
    }

    /** What can differ; everything has a default but the agent's address. */
    static final class Builder {
        private final HaproxyVersion version;
        private final Map<String, String> variables = new HashMap<>();

        private Builder(HaproxyVersion version) {
            this.version = version;
            variables.put("PROCESSING", "20s");
            bufferSize(16_384);
        }

        /** {@code tune.bufsize}, and {@code max-frame-size} as it is by default with that. */
        Builder bufferSize(int bytes) {
            variables.put("BUFSIZE", Integer.toString(bytes));
            return frameSize(bytes - 4);
        }

        /** {@code max-frame-size}. */
        Builder frameSize(int bytes) {
            variables.put("FRAME", Integer.toString(bytes));
            return this;
        }

        /** {@code timeout processing}; so long by default that a test which waits for it fails. */
        Builder processingTimeout(Duration timeout) {
            variables.put("PROCESSING", timeout.toMillis() + "ms");
            return this;
        }

        /** Checks the agent's health five times a second. */
        Builder healthChecks() {
            variables.put("CHECK", "yes");
            return this;
        }

        /** Closes the client's connection after each response. */
        Builder closesConnections() {
            variables.put("CLOSE", "yes");
            return this;
        }

        /** Starts HAProxy and returns when it serves. */
        Haproxy start(SocketAddress agent) {
            variables.put("AGENT", agent instanceof InetSocketAddress internet
                    ? "[" + internet.getAddress().getHostAddress() + "]:" + internet.getPort()
                    : "unix@" + agent);
            for (int attempt = 1;; attempt++) {
                try {
                    Optional<Haproxy> started = tryToStart();
                    if (started.isPresent()) {
                        return started.get();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (attempt == ATTEMPTS) {
                    throw new IllegalStateException("HAProxy found its ports in use " + ATTEMPTS + " times");
                }
            }
        }

        /** Empty where somebody else was faster with one of the ports. */
        private Optional<Haproxy> tryToStart() throws IOException {
            Path dir = Files.createTempDirectory("spoa-haproxy");
            for (String file : FILES) {
                try (InputStream in = Haproxy.class.getResourceAsStream(file)) {
                    Files.copy(in, dir.resolve(file));
                }
            }
            int port4 = freePort("127.0.0.1");
            int port6 = freePort("::1");
            ProcessBuilder process = new ProcessBuilder(version.assumeBinary().toString(), "-W", "-f",
                    dir.resolve("haproxy.cfg").toString()).redirectErrorStream(true)
                    .redirectOutput(dir.resolve("log").toFile());
            process.environment().putAll(variables);
            process.environment().putAll(
                    Map.of("DIR", dir.toString(), "PORT4", Integer.toString(port4), "PORT6", Integer.toString(port6)));
            Haproxy haproxy = new Haproxy(version, dir, process.start(), port4, port6);
            RUNNING.add(haproxy);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
                    .until(() -> !haproxy.master.isAlive() || haproxy.worker().isPresent());
            if (haproxy.master.isAlive()) {
                return Optional.of(haproxy);
            }
            String log = haproxy.log();
            haproxy.close();
            if (log.contains("cannot bind")) {
                return Optional.empty();
            }
            throw new IllegalStateException(version + " did not start:\n" + log);
        }

        private static int freePort(String address) throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
                return socket.getLocalPort();
            }
        }
    }

    static Builder of(HaproxyVersion version) {
        return new Builder(version);
    }

    /** Those that have not been closed yet. */
    static Set<Haproxy> running() {
        return Set.copyOf(RUNNING);
    }

    URI uri(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + port4 + pathAndQuery);
    }

    URI uriOverIpv6(String pathAndQuery) {
        return URI.create("http://[::1]:" + port6 + pathAndQuery);
    }

    /** Answers one command on the admin socket. */
    String admin(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(dir.resolve("admin.sock")));
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(command + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** What {@code show stat} tells about the server of the agent, by the names of its columns. */
    Map<String, String> agentServer() throws IOException {
        return statistics("agent,agent,");
    }

    /** How many requests a backend has at the moment. */
    int sessionsOf(String backend) throws IOException {
        return Integer.parseInt(statistics(backend + ",BACKEND,").get("scur"));
    }

    private Map<String, String> statistics(String start) throws IOException {
        List<String> lines = admin("show stat").lines().toList();
        String[] names = lines.getFirst().substring("# ".length()).split(",", -1);
        String[] values = lines.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow()
                .split(",", -1);
        Map<String, String> columns = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            columns.put(names[i], values[i]);
        }
        return columns;
    }

    /** Replaces the worker by a new one and returns when the new one serves; the old one ends when it has nothing left. */
    void reload() throws IOException, InterruptedException {
        Optional<String> before = worker();
        new ProcessBuilder("kill", "-USR2", Long.toString(master.pid())).inheritIO().start().waitFor();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
                .until(() -> worker().filter(now -> !now.equals(before.orElse(""))).isPresent());
    }

    /** The process id of the worker that answers; empty where none does. */
    Optional<String> worker() {
        try {
            Matcher matcher = Pattern.compile("(?m)^Pid: (\\d+)$").matcher(admin("show info"));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** All that HAProxy has written so far. */
    String log() {
        try {
            return Files.readString(dir.resolve("log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public String toString() {
        return version.toString();
    }

    @Override
    public void close() {
        RUNNING.remove(this);
        master.destroy();
        try {
            if (!master.waitFor(10, TimeUnit.SECONDS)) {
                master.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.walk(dir)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
