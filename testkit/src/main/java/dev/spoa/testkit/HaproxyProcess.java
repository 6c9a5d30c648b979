package dev.spoa.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One running HAProxy, master and worker, in a folder of its own that goes away with it.
 *
 * {@snippet file="dev/spoa/testkit/examples/BehindHaproxyTest.java" region="process"}
 *
 * <p>
 * Safe for any thread. Whatever still runs when the JVM ends is ended with it.
 */
public final class HaproxyProcess implements AutoCloseable {
    static final String LOG = "log";
    private static final Pattern PID = Pattern.compile("(?m)^Pid: (\\d+)$");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
    private static final int SECONDS_TO_END = 10;
    private static final int LINES_OF_AN_ERROR = 50;

    private final HaproxyVersion version;
    private final Path dir;
    private final Process master;
    private final Map<String, String> hostsOfPorts;
    private final Map<String, Integer> ports;
    private final Duration patience;
    private volatile @Nullable String lastLog;

    HaproxyProcess(HaproxyVersion version, Path dir, Process master, Map<String, String> hostsOfPorts,
            Map<String, Integer> ports, Duration patience) {
        this.version = version;
        this.dir = dir;
        this.master = master;
        this.hostsOfPorts = Map.copyOf(hostsOfPorts);
        this.ports = Map.copyOf(ports);
        this.patience = patience;
        HaproxyProcesses.started(this);
    }

    /**
     * Begins a process.
     *
     * @param version which HAProxy
     * @return a builder
     */
    public static HaproxyBuilder of(HaproxyVersion version) {
        return new HaproxyBuilder(version);
    }

    /** Why it does not serve; empty when it does. */
    Optional<String> awaitStart() {
        boolean decided = await(() -> !master.isAlive() || workerPid().isPresent());
        if (!master.isAlive()) {
            return Optional.of("did not start, its exit status is " + master.exitValue());
        }
        return decided ? Optional.empty() : Optional.of("does not serve " + lateAfter("its start"));
    }

    private boolean await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return true;
    }

    private String lateAfter(String event) {
        return Thread.currentThread().isInterrupted()
                ? "and the test was interrupted"
                : patience.toMillis() + " ms after " + event;
    }

    /**
     * Which HAProxy it is.
     *
     * @return its version
     */
    public HaproxyVersion version() {
        return version;
    }

    /**
     * Where its files are. A file that is changed there counts from the next {@link #reload} on.
     *
     * @return the folder; it is there until {@link #close}
     */
    public Path directory() {
        return dir;
    }

    /**
     * One of the free ports that were found for it.
     *
     * @param variable the environment variable that tells it to the configuration
     * @return the port
     * @throws IllegalArgumentException if there is no such variable
     */
    public int port(String variable) {
        Integer port = ports.get(variable);
        if (port == null) {
            throw new IllegalArgumentException("expected one of the ports " + ports.keySet() + ", but \"" + variable
                    + "\" came");
        }
        return port;
    }

    /**
     * Where a client finds the frontend that listens on {@code PORT}.
     *
     * @param pathAndQuery the rest of the URI, from the slash on
     * @return the URI
     */
    public URI uri(String pathAndQuery) {
        return uri("PORT", pathAndQuery);
    }

    /**
     * Where a client finds the frontend that listens on another port.
     *
     * @param variable the environment variable that tells the port to the configuration
     * @param pathAndQuery the rest of the URI, from the slash on
     * @return the URI
     * @throws IllegalArgumentException if there is no such variable
     */
    public URI uri(String variable, String pathAndQuery) {
        int port = port(variable);
        String host = hostsOfPorts.getOrDefault(variable, "");
        return URI.create("http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port + pathAndQuery);
    }

    /**
     * Gives a command to the admin socket.
     *
     * @param command one line, as in HAProxy's management guide, such as {@code show info}
     * @return what HAProxy answers, without white space around it
     * @throws UncheckedIOException if it does not answer; the message has whether it runs, and what it has said lately
     */
    public String admin(String command) {
        try {
            return ask(command);
        } catch (IOException e) {
            String state = master.isAlive() ? "it runs" : "it has ended with exit status " + master.exitValue();
            throw new UncheckedIOException(
                    version + " does not answer \"" + command + "\" on its admin socket, " + state
                            + said(),
                    e);
        }
    }

    private String ask(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(dir.resolve(HaproxyBuilder.ADMIN_SOCKET)));
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(command + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /**
     * One line of {@code show stat}.
     *
     * @param proxy the name of a frontend, backend or listen section
     * @param service the name of a server, {@code FRONTEND} or {@code BACKEND}
     * @return the values by the names of their columns, such as {@code status} or {@code scur}
     * @throws IllegalArgumentException if there is no such line
     */
    public Map<String, String> statistics(String proxy, String service) {
        List<String> lines = admin("show stat").lines().toList();
        String[] names = lines.getFirst().substring("# ".length()).split(",", -1);
        String start = proxy + "," + service + ",";
        String line = lines.stream().filter(any -> any.startsWith(start)).findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("expected a line \"" + start + "\" in what show stat tells,"
                                + " but it has " + lines.stream().skip(1).map(HaproxyProcess::twoColumns).toList()));
        String[] values = line.split(",", -1);
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < names.length && i < values.length; i++) {
            columns.put(names[i], values[i]);
        }
        return columns;
    }

    private static String twoColumns(String line) {
        return Stream.of(line.split(",", -1)).limit(2).reduce((proxy, service) -> proxy + "," + service).orElse("");
    }

    /**
     * Replaces the worker by a new one, which reads the configuration again. The old one ends when it has nothing left.
     *
     * @throws IllegalStateException if the new one does not serve in time; the message has what HAProxy said lately
     */
    public void reload() {
        OptionalLong before = workerPid();
        try {
            new ProcessBuilder("kill", "-USR2", Long.toString(master.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot signal " + version, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!await(() -> isOtherThan(before, workerPid()))) {
            throw new IllegalStateException(version + " has no new worker " + lateAfter("the reload")
                    + said());
        }
    }

    /** For the end of an error's message: what it has written lately. */
    String said() {
        List<String> lines = log().strip().lines().toList();
        return ". It has said:\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_AN_ERROR),
                lines.size()));
    }

    private static boolean isOtherThan(OptionalLong before, OptionalLong now) {
        return now.isPresent() && !now.equals(before);
    }

    /**
     * The process id of the worker.
     *
     * @return that of the one which answers the admin socket; empty where none does
     */
    public OptionalLong workerPid() {
        try {
            Matcher matcher = PID.matcher(ask("show info"));
            return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * All that HAProxy has written so far: warnings at its start, and what it has logged. The line of a request may come
     * a moment after its response, so wait for it.
     *
     * @return lines of text; after {@link #close} those that were there then
     */
    public String log() {
        String last = lastLog;
        if (last != null) {
            return last;
        }
        try {
            // not Files.readString: requests that are logged have bytes of any kind
            return new String(Files.readAllBytes(dir.resolve(LOG)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /**
     * Which HAProxy it is.
     *
     * @return {@code HAProxy 3.2}
     */
    @Override
    public String toString() {
        return version.toString();
    }

    void kill() {
        master.destroy();
    }

    /** Ends master and workers, without waiting for what is in flight, and removes the folder. */
    @Override
    public void close() {
        master.destroy();
        try {
            if (!master.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                master.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            master.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        lastLog = log();
        HaproxyProcesses.ended(this);
        try (Stream<Path> files = Files.exists(dir) ? Files.walk(dir) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the folder of " + version, e);
        }
    }
}
