package dev.spoa.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The text form of an agent's address, the same wherever one is written: {@code host:port}, {@code [v6]:port},
 * {@code *:port} for every interface, {@code unix@/path}, or {@code abnsz@name} for the abstract namespace. Safe for
 * any thread.
 */
public final class AgentAddress {
    private static final String UNIX = "unix@";
    /** HAProxy has it besides the one that we know: another socket. */
    private static final String PADDED_ABSTRACT = "abns@";
    private static final int MAX_PORT = 65_535;

    private AgentAddress() {}

    /**
     * Reads an address. A host name is looked up, which may take as long as the system's resolver likes.
     *
     * @param text the address
     * @return an {@link InetSocketAddress} that is resolved, a {@link UnixDomainSocketAddress} or an
     *         {@link AbstractSocketAddress}
     * @throws IllegalArgumentException if it is malformed, or its host cannot be resolved; the message says what was
     *         expected
     */
    public static SocketAddress parse(String text) {
        if (text.startsWith(UNIX)) {
            return unix(text, text.substring(UNIX.length()));
        }
        if (text.startsWith(AbstractSocketAddress.PREFIX)) {
            return AbstractSocketAddress.of(text.substring(AbstractSocketAddress.PREFIX.length()));
        }
        if (text.startsWith(PADDED_ABSTRACT)) {
            throw malformed(text, "of abstract names only HAProxy's newer form is possible, abnsz@name");
        }
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw malformed(text, colon < 0 ? "there is no port" : "there is no host");
        }
        int port = port(text, text.substring(colon + 1));
        String host = text.substring(0, colon);
        if (host.equals("*")) {
            return new InetSocketAddress(port);
        }
        if (host.startsWith("[") != host.endsWith("]") || (!host.startsWith("[") && host.contains(":"))) {
            throw malformed(text, "an IPv6 address stands in brackets");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address \"" + text + "\": the host cannot be resolved", e);
        }
    }

    /**
     * Passes an address of a kind that this project connects to and listens on.
     *
     * @param address the address
     * @return the same
     * @throws IllegalArgumentException if it is of another kind, or not resolved
     */
    public static SocketAddress checked(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.isUnresolved() -> throw new IllegalArgumentException(
                    "address " + inet + ": the host cannot be resolved");
            case InetSocketAddress inet -> inet;
            case UnixDomainSocketAddress unix -> unix;
            case AbstractSocketAddress named -> named;
            default -> throw new IllegalArgumentException("expected an InetSocketAddress, a UnixDomainSocketAddress or"
                    + " an AbstractSocketAddress, but " + address.getClass().getName() + " came");
        };
    }

    /**
     * Writes an address as {@link #parse} reads it, with the numbers of a host and not its name.
     *
     * @param address an address of a kind that {@link #checked} passes
     * @return its text form
     * @throws IllegalArgumentException if it is of another kind
     */
    public static String format(SocketAddress address) {
        if (checked(address) instanceof InetSocketAddress inet) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
        }
        return address instanceof AbstractSocketAddress ? address.toString() : UNIX + address;
    }

    private static SocketAddress unix(String text, String path) {
        if (path.isEmpty()) {
            throw malformed(text, "there is no path");
        }
        try {
            return UnixDomainSocketAddress.of(Path.of(path));
        } catch (InvalidPathException e) {
            throw malformed(text, e.getReason());
        }
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // the message below says the same
        }
        throw malformed(text, "\"" + digits + "\" is no port from 0 to " + MAX_PORT);
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException("address \"" + text
                + "\": expected host:port, [v6]:port, *:port, unix@/path or abnsz@name, but " + why);
    }
}
