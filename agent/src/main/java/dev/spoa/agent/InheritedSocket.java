package dev.spoa.agent;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A socket that was open when the process began. It is looked at closely before it is used: Java and Netty would take
 * any descriptor, and a blocking one would stop an event loop for good.
 */
record InheritedSocket(boolean isUnix) {
    /** Of Linux, for SO_TYPE, SO_ACCEPTCONN and SO_DOMAIN. */
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int SOCK_STREAM = 1;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int O_NONBLOCK = 04000;
    private static final String FLAGS = "flags:";

    /**
     * Looks at a descriptor.
     *
     * @throws IOException if it is not open, or no stream socket that listens and does not block
     */
    static InheritedSocket of(int descriptor) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("an inherited socket needs the transport EPOLL, which is not available here",
                    Epoll.unavailabilityCause());
        }
        int flags = flagsOf(descriptor);
        int domain;
        boolean isListening;
        try {
            Socket socket = new Socket(descriptor);
            domain = socket.getIntOpt(SOL_SOCKET, SO_DOMAIN);
            isListening = socket.getIntOpt(SOL_SOCKET, SO_TYPE) == SOCK_STREAM
                    && socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 1;
        } catch (IOException | ChannelException e) {
            throw new IOException("descriptor " + descriptor + " is no socket", e);
        }
        if (!isListening || (domain != AF_UNIX && domain != AF_INET && domain != AF_INET6)) {
            throw new IOException("descriptor " + descriptor + " is no TCP or unix socket that listens");
        }
        if ((flags & O_NONBLOCK) == 0) {
            throw new IOException("descriptor " + descriptor
                    + " is a blocking socket; whoever opens it has to make it non-blocking (O_NONBLOCK, in a service of systemd NonBlocking=true)");
        }
        return new InheritedSocket(domain == AF_UNIX);
    }

    private static int flagsOf(int descriptor) throws IOException {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo", Integer.toString(descriptor)))) {
                if (line.startsWith(FLAGS)) {
                    return Integer.parseInt(line.substring(FLAGS.length()).strip(), 8);
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("descriptor " + descriptor + " is not open", e);
        }
        throw new IOException("the system does not tell the flags of descriptor " + descriptor);
    }
}
