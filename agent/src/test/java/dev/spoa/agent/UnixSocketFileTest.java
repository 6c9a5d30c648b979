package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketFileTest {
    @TempDir Path folder;

    private ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> UnixSocketFile.prepare(path)).isInstanceOf(BindException.class)
                .hasMessage(message);
        assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(path.getParent().toFile().list()).noneMatch(name -> name.startsWith("."));
    }

    /** Binds as an agent does, and gives the socket its name. */
    private static ServerSocketChannel publish(Path path, UnixSocketFile file, UnixSocketFile.Access access)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(file.temporary()));
        file.publish(access);
        assertThat(path).exists();
        return server;
    }

    private static void assertConnects(Path path) throws IOException {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    }

    @Test
    void hasItsModeBeforeItHasItsName() throws IOException {
        Path path = folder.resolve("agent.sock");
        UnixSocketFile file = UnixSocketFile.prepare(path);
        assertThat(path).doesNotExist();
        assertThat(Files.getPosixFilePermissions(file.temporary().getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));

        try (ServerSocketChannel server = publish(path, file, UnixSocketFile.Access.NONE.withMode("620"))) {
            assertThat(server.isOpen()).isTrue();
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw--w----"));
            assertThat(folder.toFile().list()).containsExactly("agent.sock");
            assertConnects(path);
        }
        file.remove();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void hasTheOwnerAndTheGroupThatItIsGiven() throws IOException {
        Path path = folder.resolve("agent.sock");
        UnixSocketFile file = UnixSocketFile.prepare(path);
        PosixFileAttributes mine = Files.readAttributes(folder, PosixFileAttributes.class);

        try (ServerSocketChannel server = publish(path, file, UnixSocketFile.Access.NONE
                .withOwner(mine.owner().getName()).withGroup(mine.group().getName()))) {
            assertThat(server.isOpen()).isTrue();
            PosixFileAttributes given = Files.readAttributes(path, PosixFileAttributes.class);
            assertThat(given.owner()).isEqualTo(mine.owner());
            assertThat(given.group()).isEqualTo(mine.group());
        }
    }

    @Test
    void canBeGivenToAnotherUserByOneWhoMay() throws IOException {
        Path path = folder.resolve("agent.sock");
        assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "only root may give files away");
        UnixSocketFile file = UnixSocketFile.prepare(path);

        try (ServerSocketChannel server = publish(path, file,
                UnixSocketFile.Access.NONE.withOwner("12345").withGroup("54321").withMode("600"))) {
            assertThat(server.isOpen()).isTrue();
            assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(12345);
            assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(54321);
        }
    }

    @Test
    void saysWhichUserThereIsNot() throws IOException {
        UnixSocketFile file = UnixSocketFile.prepare(folder.resolve("agent.sock"));
        try (ServerSocketChannel server = listen(file.temporary())) {
            assertThat(server.isOpen()).isTrue();
            assertThatThrownBy(() -> file.publish(UnixSocketFile.Access.NONE.withOwner("no-such-user")))
                    .isInstanceOf(IOException.class).hasMessage("there is no user \"no-such-user\"");
        }
        file.abandon();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void replacesASocketThatAProcessLeftBehind() throws IOException {
        Path path = folder.resolve("stale.sock");
        listen(path).close();
        UnixSocketFile file = UnixSocketFile.prepare(path);
        assertThat(path).as("until there is a better one").exists();

        try (ServerSocketChannel server = publish(path, file, UnixSocketFile.Access.NONE)) {
            assertThat(server.isOpen()).isTrue();
            assertConnects(path);
        }
    }

    /** As of two agents that start at the same time. */
    @Test
    void doesNotReplaceASocketThatSomebodyListensOnSince() throws IOException {
        Path path = folder.resolve("agent.sock");
        listen(path).close();
        UnixSocketFile late = UnixSocketFile.prepare(path);
        UnixSocketFile early = UnixSocketFile.prepare(path);
        try (ServerSocketChannel first = publish(path, early, UnixSocketFile.Access.NONE);
                ServerSocketChannel second = listen(late.temporary())) {
            assertThatThrownBy(() -> late.publish(UnixSocketFile.Access.NONE)).isInstanceOf(BindException.class)
                    .hasMessage("somebody listens on it already");

            assertConnects(path);
            first.configureBlocking(false);
            assertThat(first.accept()).isNotNull().satisfies(SocketChannel::close);
            assertThat(second.isOpen()).isTrue();
        }
        late.abandon();
        early.remove();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void doesNotReplaceAFileThatSomebodyHasMadeSince() throws IOException {
        Path path = folder.resolve("agent.sock");
        UnixSocketFile late = UnixSocketFile.prepare(path);
        Files.writeString(path, "precious");
        try (ServerSocketChannel server = listen(late.temporary())) {
            assertThat(server.isOpen()).isTrue();
            assertThatThrownBy(() -> late.publish(UnixSocketFile.Access.NONE)).isInstanceOf(BindException.class)
                    .hasMessage("there is a file of that name that is no socket");
        }
        assertThat(path).hasContent("precious");
        late.abandon();
    }

    @Test
    void oneOfSeveralThatStartAtOnceGetsTheName() throws Exception {
        Path path = folder.resolve("agent.sock");
        int agents = 4;
        try (ExecutorService threads = Executors.newFixedThreadPool(agents)) {
            for (int round = 0; round < 100; round++) {
                CyclicBarrier together = new CyclicBarrier(agents);
                List<Future<Boolean>> results = new ArrayList<>();
                List<UnixSocketFile> files = new ArrayList<>();
                List<ServerSocketChannel> servers = new ArrayList<>();
                for (int i = 0; i < agents; i++) {
                    UnixSocketFile file = UnixSocketFile.prepare(path);
                    files.add(file);
                    servers.add(listen(file.temporary()));
                }
                for (UnixSocketFile file : files) {
                    results.add(threads.submit(() -> {
                        together.await();
                        try {
                            file.publish(UnixSocketFile.Access.NONE);
                            return true;
                        } catch (BindException e) {
                            return false;
                        }
                    }));
                }
                int published = 0;
                for (Future<Boolean> result : results) {
                    published += result.get() ? 1 : 0;
                }
                assertThat(published).as("in round %d", round).isEqualTo(1);
                for (int i = 0; i < agents; i++) {
                    servers.get(i).close();
                    files.get(i).abandon();
                    files.get(i).remove();
                }
                assertThat(folder).isEmptyDirectory();
            }
        }
    }

    @Test
    void leavesTheSocketOfAnotherProcessThatHasItsNameByNow() throws IOException {
        Path path = folder.resolve("agent.sock");
        UnixSocketFile first = UnixSocketFile.prepare(path);
        publish(path, first, UnixSocketFile.Access.NONE).close();
        UnixSocketFile second = UnixSocketFile.prepare(path);
        try (ServerSocketChannel server = publish(path, second, UnixSocketFile.Access.NONE)) {
            first.remove();

            assertThat(server.isOpen()).isTrue();
            assertConnects(path);
        }
    }

    @Test
    void saysHowLongAPathMayBe() {
        Path path = folder.resolve("x".repeat(120));
        assertThatThrownBy(() -> UnixSocketFile.prepare(path)).isInstanceOf(BindException.class)
                .hasMessage("a unix socket's path has at most 107 bytes, and it has " + path.toString().length());

        Path deep = folder.resolve("x".repeat(105 - folder.toString().length()));
        assertThat(deep.toFile().mkdir()).isTrue();
        assertThatThrownBy(() -> UnixSocketFile.prepare(deep.resolve("s"))).isInstanceOf(BindException.class)
                .hasMessageStartingWith("a unix socket's path has at most 107 bytes, and it has 108");
        assertThat(deep).isEmptyDirectory();
    }

    @Test
    void saysSoWhereThereIsNoRoomForTheFolderInWhichTheSocketIsMade() {
        Path deep = folder.resolve("x".repeat(103 - folder.toString().length()));
        assertThat(deep.toFile().mkdir()).isTrue();

        assertThatThrownBy(() -> UnixSocketFile.prepare(deep.resolve("s"))).isInstanceOf(BindException.class)
                .hasMessageMatching("a unix socket's path has at most 107 bytes, and " + deep
                        + "/\\.[0-9a-f]{6}/s, where it is made, has 114");
        assertThat(deep).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "66", "668", "1660", "rw-rw----", "06600", "-660"})
    void refusesAModeThatIsNone(String mode) {
        assertThatThrownBy(() -> UnixSocketFile.Access.NONE.withMode(mode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mode must be three octal digits, as in 660, not \"" + mode + "\"");
    }

    @Test
    void refusesASocketOnWhichSomebodyListens() throws IOException {
        Path path = folder.resolve("live.sock");
        try (ServerSocketChannel server = listen(path)) {
            assertRefused(path, "somebody listens on it already");
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void refusesASocketThatNobodyAcceptsFromAnyMore() throws IOException {
        Path path = folder.resolve("hanging.sock");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1)) {
            assertThatThrownBy(() -> {
                while (true) {
                    SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
                    waiting.add(client);
                    client.configureBlocking(false);
                    client.connect(address);
                }
            }).as("the queue is full").isInstanceOf(SocketException.class);

            assertRefused(path, "somebody may listen on it: Resource temporarily unavailable");
            assertThat(server.isOpen()).isTrue();
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void refusesAFileAndAFolder() throws IOException {
        assertRefused(Files.createFile(folder.resolve("file")), "there is a file of that name that is no socket");
        assertRefused(Files.createDirectory(folder.resolve("folder")),
                "there is a file of that name that is no socket");
    }

    @Test
    void refusesALinkEvenToASocket() throws IOException {
        Path socket = folder.resolve("stale.sock");
        listen(socket).close();
        Path link = Files.createSymbolicLink(folder.resolve("link"), socket);

        assertRefused(link, "there is a file of that name that is no socket");
        assertThat(socket).exists();
    }

    @Test
    void refusesAPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()).isZero();

        assertRefused(pipe, "there is a file of that name that is no socket");
    }
}
