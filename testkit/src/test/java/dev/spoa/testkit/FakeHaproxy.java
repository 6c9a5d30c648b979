package dev.spoa.testkit;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Programs in place of HAProxy, for tests that must run where there is none: a shell script as the master, and this class
 * as a worker that answers the admin socket.
 */
final class FakeHaproxy {
    /** What a master does: starts a worker, another one at SIGUSR2, and ends at SIGTERM. */
    private static final String MASTER = """
            echo "started with $* and TOLD=$TOLD"
            start() { WORKER & worker=$!; }
            trap 'kill $worker; start' USR2
            trap 'kill $worker; wait $worker; exit 143' TERM
            start
            while kill -0 $worker; do wait $worker; done
            """;

    private FakeHaproxy() {}

    /** One that serves. */
    static HaproxyVersion working(Path dir) throws IOException {
        return of(dir, master());
    }

    /** The script of one that serves, and keeps its worker whatever it is told. */
    static String masterDeafToReloads() {
        return master().replaceFirst("trap .* USR2", "trap '' USR2");
    }

    private static String master() {
        return MASTER.replace("WORKER", Path.of(System.getProperty("java.home"), "bin", "java") + " -Xmx32m"
                + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '" + System.getProperty("java.class.path") + "' "
                + FakeHaproxy.class.getName() + " \"$DIR/admin.sock\"");
    }

    /** One that does what a script says. */
    static HaproxyVersion of(Path dir, String script) throws IOException {
        return new HaproxyVersion("3.2", Optional.of(script(dir.resolve("fake-haproxy"), script)), "");
    }

    /** One that cannot be had. */
    static HaproxyVersion missing() {
        return new HaproxyVersion("3.2", Optional.empty(), "it is not there");
    }

    static Path script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    public static void main(String[] arguments) throws IOException {
        Path socket = Path.of(arguments[0]);
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(client);
                }
            }
        }
    }

    private static void answer(SocketChannel client) throws IOException {
        StringBuilder command = new StringBuilder();
        var in = Channels.newReader(client, StandardCharsets.UTF_8);
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            command.append((char) c);
        }
        String answer = switch (command.toString()) {
            case "show info" -> "Name: HAProxy\nPid: " + ProcessHandle.current().pid() + "\nUptime: 0d\n";
            case "show stat" -> "# pxname,svname,scur,status,\nweb,FRONTEND,1,OPEN,\nagent,agent,2,UP,\n\n";
            default -> "Unknown command: '" + command + "'\n\n";
        };
        client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    }
}
