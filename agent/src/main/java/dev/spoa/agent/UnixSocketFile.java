package dev.spoa.agent;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file of a unix socket, which outlives the process that made it. */
final class UnixSocketFile {
    /** S_IFMT and S_IFSOCK of POSIX. */
    private static final int TYPE_MASK = 0xF000;
    private static final int SOCKET_TYPE = 0xC000;

    private UnixSocketFile() {}

    /**
     * Removes a socket file that a process left behind.
     *
     * @throws IOException if somebody listens on it, it is no socket, or this process may not find out
     */
    static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new BindException("there is a file of that name that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
            throw new BindException("somebody listens on it already");
        } catch (ConnectException refused) {
            Files.deleteIfExists(path);
        }
    }

    /** A pipe or a device refuses a connection like a socket on which nobody listens, so it has to be told apart. */
    private static boolean isSocket(Path path) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & TYPE_MASK) == SOCKET_TYPE;
        }
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
    }
}
