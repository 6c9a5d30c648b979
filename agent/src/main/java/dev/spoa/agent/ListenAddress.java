package dev.spoa.agent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads the text form of an address to listen on. */
final class ListenAddress {
    private static final String UNIX = "unix@";
    private static final int MAX_PORT = 65_535;

    private ListenAddress() {}

    static SocketAddress parse(String text) {
        if (text.startsWith(UNIX)) {
            return unix(text, text.substring(UNIX.length()));
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

    static SocketAddress checked(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet when inet.isUnresolved() -> throw new IllegalArgumentException(
                    "address " + inet + ": the host cannot be resolved");
            case InetSocketAddress inet -> inet;
            case UnixDomainSocketAddress unix -> unix;
            default -> throw new IllegalArgumentException("expected an InetSocketAddress or a UnixDomainSocketAddress,"
                    + " but " + address.getClass().getName() + " came");
        };
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
                + "\": expected host:port, [v6]:port, *:port or unix@/path, but " + why);
    }
}
