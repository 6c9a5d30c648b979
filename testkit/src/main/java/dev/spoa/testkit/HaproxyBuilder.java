package dev.spoa.testkit;

import dev.spoa.agent.Agent;
import dev.spoa.protocol.AgentAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Collects what a {@link HaproxyProcess} is started with. Its files are put into a new folder; {@code haproxy.cfg} among
 * them is the configuration. What differs between tests is best an environment variable there. These are always set:
 *
 * <table class="striped">
 * <caption>Environment variables for the configuration</caption>
 * <tr><th>variable</th><th>value</th></tr>
 * <tr><td>{@code DIR}</td><td>the folder, for other files and for unix sockets: {@code "${DIR}/spoe.cfg"}</td></tr>
 * <tr><td>{@code PORT}</td><td>a free port of 127.0.0.1 to listen on: {@code bind "127.0.0.1:${PORT}"}</td></tr>
 * <tr><td>{@code AGENT}</td><td>the address that {@link #agent} was told, for a {@code server} line</td></tr>
 * </table>
 *
 * <p>
 * An admin socket and {@code log stdout format raw local0} are added to the configuration's {@code global} section, so
 * that {@link HaproxyProcess#log()} has whatever a section with {@code log global} logs.
 *
 * <p>
 * Not for several threads at once.
 */
public final class HaproxyBuilder {
    static final String CONFIGURATION = "haproxy.cfg";
    static final String ADMIN_SOCKET = "admin.sock";
    private static final String ADDED = "spoa-testkit.cfg";
    private static final String ADDITION = "global\n    stats socket \"unix@${DIR}/" + ADMIN_SOCKET
            + "\" level admin expose-fd listeners\n    log stdout format raw local0\n";
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 5;

    private final HaproxyVersion version;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> hostsOfPorts = new LinkedHashMap<>();
    private Duration patience = DEFAULT_PATIENCE;

    HaproxyBuilder(HaproxyVersion version) {
        this.version = version;
        port("PORT", "127.0.0.1");
    }

    /**
     * Sets the configuration, like {@code file("haproxy.cfg", text)}.
     *
     * @param text all of it
     * @return this builder
     */
    public HaproxyBuilder configuration(String text) {
        return file(CONFIGURATION, text);
    }

    /**
     * Adds a file.
     *
     * @param name its name, without a folder
     * @param text what is in it
     * @return this builder
     * @throws IllegalArgumentException if the name is not one of a file in the folder itself
     */
    public HaproxyBuilder file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds a copy of a file, for example of a configuration that is in use elsewhere.
     *
     * @param source the file; the copy has the same name
     * @return this builder
     * @throws UncheckedIOException if it cannot be read
     */
    public HaproxyBuilder file(Path source) {
        try {
            return file(String.valueOf(source.getFileName()), Files.readAllBytes(source));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source + " for HAProxy", e);
        }
    }

    /**
     * Adds a copy of a resource.
     *
     * @param owner the class beside which the resource is
     * @param name the resource's name, and the copy's
     * @return this builder
     * @throws IllegalArgumentException if there is no such resource
     */
    public HaproxyBuilder resource(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no resource " + name + " beside " + owner.getName());
            }
            return file(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name + " for HAProxy", e);
        }
    }

    private HaproxyBuilder file(String name, byte[] content) {
        if (name.isEmpty() || name.equals("..") || name.contains("/") || name.equals(ADDED)) {
            throw new IllegalArgumentException("expected the name of a file in HAProxy's folder other than " + ADDED
                    + ", but \"" + name + "\" came");
        }
        files.put(name, content);
        return this;
    }

    /**
     * Sets an environment variable, for {@code "${NAME}"} and {@code .if defined(NAME)} in the configuration.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public HaproxyBuilder variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /**
     * Says where the agent is, in the environment variable {@code AGENT}.
     *
     * @param address a TCP or unix socket's address
     * @return this builder
     * @throws IllegalArgumentException if it is neither
     */
    public HaproxyBuilder agent(SocketAddress address) {
        return variable("AGENT", AgentAddress.format(address));
    }

    /**
     * Says where the agent is, in the environment variable {@code AGENT}.
     *
     * @param agent an agent, of whose addresses the first is taken
     * @return this builder
     */
    public HaproxyBuilder agent(Agent agent) {
        return agent(agent.addresses().getFirst());
    }

    /**
     * Finds one more free port, besides {@code PORT}.
     *
     * @param variable the environment variable that tells the port to the configuration
     * @param host the local address that must have it free, such as {@code ::1}
     * @return this builder
     */
    public HaproxyBuilder port(String variable, String host) {
        hostsOfPorts.put(variable, host);
        return this;
    }

    /**
     * Sets how long HAProxy has to serve after it was started or reloaded.
     *
     * @param patience in place of 20 s
     * @return this builder
     */
    public HaproxyBuilder patience(Duration patience) {
        this.patience = patience;
        return this;
    }

    /**
     * Starts HAProxy. Where the version has no binary, the test that calls this is skipped.
     *
     * @return the process, when it serves
     * @throws IllegalStateException if there is no {@code haproxy.cfg}, or HAProxy refuses it or does not serve in time;
     *         the message has what HAProxy said
     * @throws UncheckedIOException if the files cannot be written, or the binary not be run
     */
    public HaproxyProcess start() {
        Path binary = version.assumeBinary();
        if (!files.containsKey(CONFIGURATION)) {
            throw new IllegalStateException(
                    "HAProxy needs a file " + CONFIGURATION + ", but it was given " + files.keySet());
        }
        for (int attempt = 1;; attempt++) {
            HaproxyProcess process = begin(binary);
            Optional<String> failure = process.awaitStart();
            if (failure.isEmpty()) {
                return process;
            }
            process.close();
            // somebody else may have been faster with a port that was free a moment ago
            if (attempt == ATTEMPTS || !process.log().contains("cannot bind")) {
                throw new IllegalStateException(version + " " + failure.get() + process.said());
            }
        }
    }

    private HaproxyProcess begin(Path binary) {
        try {
            Path dir = Files.createTempDirectory("spoa-haproxy");
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(dir.resolve(file.getKey()), file.getValue());
            }
            Files.writeString(dir.resolve(ADDED), ADDITION);
            Map<String, Integer> ports = new HashMap<>();
            for (Map.Entry<String, String> port : hostsOfPorts.entrySet()) {
                ports.put(port.getKey(), freePort(port.getValue()));
            }
            // -db: a configuration that is in use elsewhere may say "daemon", and then the process would seem to end
            ProcessBuilder process = new ProcessBuilder(binary.toString(), "-W", "-db", "-f",
                    dir.resolve(ADDED).toString(), "-f", dir.resolve(CONFIGURATION).toString())
                    .redirectErrorStream(true).redirectOutput(dir.resolve(HaproxyProcess.LOG).toFile());
            process.environment().putAll(variables);
            process.environment().put("DIR", dir.toString());
            ports.forEach((variable, port) -> process.environment().put(variable, port.toString()));
            return new HaproxyProcess(version, dir, process.start(), hostsOfPorts, ports, patience);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + version, e);
        }
    }

    private static int freePort(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }
}
