package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketFileTest {
    @TempDir Path folder;

    private ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> UnixSocketFile.removeStale(path)).isInstanceOf(BindException.class)
                .hasMessage(message);
        assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void hasNothingToDoWhereThereIsNoFile() throws IOException {
        UnixSocketFile.removeStale(folder.resolve("none"));

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void removesASocketThatAProcessLeftBehind() throws IOException {
        Path path = folder.resolve("stale.sock");
        listen(path).close();
        assertThat(path).exists();

        UnixSocketFile.removeStale(path);

        assertThat(path).doesNotExist();
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
