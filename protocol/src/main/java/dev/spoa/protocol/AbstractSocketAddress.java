package dev.spoa.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serial;
import java.net.SocketAddress;

/**
 * A unix socket in Linux's abstract namespace: a name without a file, so without an owner or a mode. Whoever is in the
 * same network namespace may connect to it. Immutable.
 *
 * <p>
 * It is what HAProxy from 3.1 on calls {@code abnsz@name}. Its older {@code abns@name} is another socket, with zero bytes
 * behind the name up to the end of the address, which Netty cannot open.
 */
public final class AbstractSocketAddress extends SocketAddress {
    /** What Netty takes for {@code sun_path}, without the zero byte at its start that marks it as abstract. */
    static final int MAX_NAME_LENGTH = 106;
    static final String PREFIX = "abnsz@";

    @Serial private static final long serialVersionUID = 1;

    /** The name. */
    private final String name;

    private AbstractSocketAddress(String name) {
        int length = name.getBytes(UTF_8).length;
        if (length == 0 || length > MAX_NAME_LENGTH || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the name of an abstract socket has 1 to " + MAX_NAME_LENGTH
                    + " bytes and no zero byte, but \"" + name.replace("\0", "\\0") + "\" has " + length + " bytes");
        }
        this.name = name;
    }

    /**
     * Makes an address.
     *
     * @param name 1 to 106 bytes
     * @return the address
     * @throws IllegalArgumentException if the name is too long or empty, or has a zero byte
     */
    public static AbstractSocketAddress of(String name) {
        return new AbstractSocketAddress(name);
    }

    /**
     * The name by which people know the socket.
     *
     * @return it, without zero bytes
     */
    public String name() {
        return name;
    }

    /**
     * The name by which the kernel knows the socket.
     *
     * @return the content of {@code sun_path}: a zero byte, and the name
     */
    public String path() {
        return "\0" + name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AbstractSocketAddress address && name.equals(address.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** As {@link AgentAddress#parse} reads it. */
    @Override
    public String toString() {
        return PREFIX + name;
    }
}
