package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The file of a unix socket. The socket is bound in a folder that nobody else can enter, beside the place where it is
 * to be; there it gets its owner and mode, and then its name. So nobody connects to it before they are right, and no
 * moment is without a socket of that name when a stale one is replaced. Of several agents that start at once one gets
 * the name and the others fail, unless two of them replace the same stale socket within microseconds.
 */
final class UnixSocketFile {
    /** S_IFMT and S_IFSOCK of POSIX. */
    private static final int TYPE_MASK = 0xF000;
    private static final int SOCKET_TYPE = 0xC000;
    /** What {@code sun_path} has room for, with its zero byte at the end. */
    private static final int MAX_PATH_LENGTH = 107;
    private static final int ATTEMPTS = 10;

    private final Path path;
    private final Path folder;
    private @Nullable Object key;

    private UnixSocketFile(Path path, Path folder) {
        this.path = path;
        this.folder = folder;
    }

    /** Who may connect; what is null is left as the system makes it. */
    record Access(@Nullable String owner, @Nullable String group, @Nullable Set<PosixFilePermission> mode) {
        static final Access NONE = new Access(null, null, null);
        private static final String ALL_RIGHTS = "rwxrwxrwx";

        Access withOwner(String user) {
            return new Access(named("owner", user), group, mode);
        }

        Access withGroup(String name) {
            return new Access(owner, named("group", name), mode);
        }

        private static String named(String what, String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("the " + what + " must not be empty");
            }
            return name;
        }

        Access withMode(String octal) {
            if (!octal.matches("0?[0-7]{3}")) {
                throw new IllegalArgumentException(
                        "mode must be three octal digits, as in 660, not \"" + octal + "\"");
            }
            StringBuilder rights = new StringBuilder();
            int bits = Integer.parseInt(octal, 8);
            for (int i = 0; i < ALL_RIGHTS.length(); i++) {
                rights.append((bits & (0400 >> i)) == 0 ? '-' : ALL_RIGHTS.charAt(i));
            }
            return new Access(owner, group, PosixFilePermissions.fromString(rights.toString()));
        }
    }

    /**
     * Begins: removes nothing yet, and makes the folder.
     *
     * @throws IOException if somebody listens on the path, there is a file that is no socket, or the folder cannot be
     *         made
     */
    static UnixSocketFile prepare(Path path) throws IOException {
        refuseOthers(path);
        refuseLong(path, "it");
        Path parent = path.toAbsolutePath().getParent();
        for (int attempt = 1;; attempt++) {
            byte[] random = new byte[3];
            ThreadLocalRandom.current().nextBytes(random);
            Path folder = path.resolveSibling("." + HexFormat.of().formatHex(random));
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (attempt < ATTEMPTS) {
                    continue;
                }
                throw e;
            } catch (NoSuchFileException e) {
                throw new IOException("there is no folder " + parent, e);
            } catch (AccessDeniedException e) {
                throw new IOException("this process may not make files in " + parent, e);
            }
            UnixSocketFile file = new UnixSocketFile(path, folder);
            try {
                refuseLong(file.temporary(), file.temporary() + ", where it is made,");
            } catch (IOException e) {
                file.abandon();
                throw e;
            }
            return file;
        }
    }

    private static void refuseLong(Path path, String what) throws BindException {
        int length = path.toString().getBytes(UTF_8).length;
        if (length > MAX_PATH_LENGTH) {
            throw new BindException(
                    "a unix socket's path has at most " + MAX_PATH_LENGTH + " bytes, and " + what + " has " + length);
        }
    }

    /** Where the socket is to be bound. */
    Path temporary() {
        return folder.resolve("s");
    }

    /** Gives the bound socket its owner and mode, and then its name. */
    void publish(Access access) throws IOException {
        Path socket = temporary();
        PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS);
        UserPrincipalLookupService names = socket.getFileSystem().getUserPrincipalLookupService();
        if (access.group() != null) {
            view.setGroup(known("group", access.group(), names::lookupPrincipalByGroupName));
        }
        if (access.mode() != null) {
            Files.setPosixFilePermissions(socket, access.mode());
        }
        // last, because it may take away the right to do the others
        if (access.owner() != null) {
            view.setOwner(known("user", access.owner(), names::lookupPrincipalByName));
        }
        key = keyOf(socket);
        if (refuseOthers(path)) {
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
        } else {
            appear(socket);
        }
        Files.delete(folder);
    }

    /** Unlike a move, a link never takes the place of what somebody else has made since the name was looked at. */
    private void appear(Path socket) throws IOException {
        try {
            Files.createLink(path, socket);
        } catch (FileAlreadyExistsException e) {
            throw new BindException("somebody else has made a file of that name meanwhile");
        } catch (FileSystemException e) {
            // one who may give files away (CAP_CHOWN) may not always link them then (CAP_FOWNER)
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Files.delete(socket);
    }

    private interface Lookup<T> {
        T of(String name) throws IOException;
    }

    private static <T> T known(String what, String name, Lookup<T> lookup) throws IOException {
        try {
            return lookup.of(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("there is no " + what + " \"" + name + "\"", e);
        }
    }

    /** Removes what {@link #prepare} has made. */
    void abandon() throws IOException {
        Files.deleteIfExists(temporary());
        Files.deleteIfExists(folder);
    }

    /** Removes the socket, unless another one has its name by now. */
    void remove() throws IOException {
        if (key != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key.equals(keyOf(path))) {
            Files.deleteIfExists(path);
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    /**
     * Passes where there is nothing, or the socket of a process that is no more.
     *
     * @return whether there is such a socket
     */
    private static boolean refuseOthers(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!isSocket(path)) {
            throw new BindException("there is a file of that name that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // or it would wait for ever where the queue of one who does not accept any more is full
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException refused) {
            return true;
        } catch (SocketException e) {
            throw new BindException("somebody may listen on it: " + e.getMessage());
        }
        throw new BindException("somebody listens on it already");
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
