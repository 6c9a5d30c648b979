package dev.spoa.agent;

import static java.util.Objects.requireNonNull;

import dev.spoa.protocol.AgentAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent listens, and what holds for the connections that come in there. Immutable: each method that sets
 * something returns a new value.
 *
 * <p>
 * A unix socket with a path gets its owner, group and mode before anyone can connect to it. Who may connect to a socket
 * in the abstract namespace nobody can say.
 */
public final class Listener {
    private static final String DESCRIPTOR = "fd@";
    /** Where a service manager's sockets begin, by its convention. */
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int MAX_DESCRIPTORS = 1_024;

    /** Null where the socket is an inherited one. */
    private final @Nullable SocketAddress address;
    private final int descriptor;
    private final UnixSocketFile.Access access;
    private final Entrance entrance;

    private Listener(@Nullable SocketAddress address, int descriptor, UnixSocketFile.Access access, Entrance entrance) {
        this.address = address;
        this.descriptor = descriptor;
        this.access = access;
        this.entrance = entrance;
    }

    /**
     * Listens on an address.
     *
     * @param address {@code 127.0.0.1:3000}, {@code [::1]:3000}, {@code localhost:3000}, {@code *:3000} for every
     *        interface, port 0 for a free one (see {@link Agent#addresses()}), {@code unix@/path/to/socket},
     *        {@code abnsz@name} for a name in Linux's abstract namespace, or {@code fd@3} for a socket that this process
     *        has {@link #inherited() inherited}
     * @return the listener
     * @throws IllegalArgumentException if it is none of these
     */
    public static Listener on(String address) {
        return address.startsWith(DESCRIPTOR) ? onDescriptor(address) : on(AgentAddress.parse(address));
    }

    /**
     * Listens on an address.
     *
     * @param address an {@link java.net.InetSocketAddress}, a {@link UnixDomainSocketAddress} or a
     *        {@link dev.spoa.protocol.AbstractSocketAddress}
     * @return the listener
     * @throws IllegalArgumentException if it is none of these, or an unresolved one
     */
    public static Listener on(SocketAddress address) {
        return new Listener(AgentAddress.checked(address), -1, UnixSocketFile.Access.NONE, Entrance.OPEN);
    }

    private static Listener onDescriptor(String text) {
        String digits = text.substring(DESCRIPTOR.length());
        if (!digits.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(
                    "address \"" + text + "\": expected fd@ and the number of a descriptor, as in fd@3");
        }
        return new Listener(null, Integer.parseInt(digits), UnixSocketFile.Access.NONE, Entrance.OPEN);
    }

    /**
     * Listens on the sockets that a service manager has opened for this process and passed to it, as systemd does with
     * those of a socket unit ({@code LISTEN_PID}, {@code LISTEN_FDS}; the service needs {@code NonBlocking=true}). Such a socket outlives the process: while one
     * agent ends and another begins, connections wait in its queue. It has to be listening and non-blocking, and the
     * agent needs {@link Transport#EPOLL}. Closing the agent closes its own copy only.
     *
     * @return one listener for each socket, in the order of their descriptors
     * @throws IllegalStateException if there are none for this process
     */
    public static List<Listener> inherited() {
        return inherited(System.getenv(), ProcessHandle.current().pid());
    }

    static List<Listener> inherited(Map<String, String> environment, long pid) {
        String forProcess = environment.get("LISTEN_PID");
        String number = environment.get("LISTEN_FDS");
        if (forProcess == null || number == null) {
            throw new IllegalStateException("no sockets are inherited: LISTEN_PID and LISTEN_FDS are not both set");
        }
        if (!forProcess.equals(Long.toString(pid))) {
            throw new IllegalStateException("the inherited sockets are for process " + forProcess
                    + " (LISTEN_PID), and this one is " + pid + "; a script in between needs exec");
        }
        if (!number.matches("[0-9]{1,4}") || Integer.parseInt(number) < 1
                || Integer.parseInt(number) > MAX_DESCRIPTORS) {
            throw new IllegalStateException(
                    "LISTEN_FDS must be from 1 to " + MAX_DESCRIPTORS + ", not \"" + number + "\"");
        }
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(number); i++) {
            listeners.add(new Listener(null, FIRST_DESCRIPTOR + i, UnixSocketFile.Access.NONE, Entrance.OPEN));
        }
        return List.copyOf(listeners);
    }

    /**
     * Sets the mode of a unix socket's file. Whoever may write to it may connect. In place of what the process's umask
     * leaves of 777.
     *
     * @param octal three octal digits as for {@code chmod}, as in {@code 660}; a zero may stand before them
     * @return a listener with it
     * @throws IllegalArgumentException if it is something else
     * @throws IllegalStateException if this is no unix socket with a path
     */
    public Listener mode(String octal) {
        return with("mode", access.withMode(octal));
    }

    /**
     * Sets the owner of a unix socket's file. To give it to another user takes the privilege to.
     *
     * @param user a name or a number
     * @return a listener with it
     * @throws IllegalArgumentException if it is empty
     * @throws IllegalStateException if this is no unix socket with a path
     */
    public Listener owner(String user) {
        return with("owner", access.withOwner(user));
    }

    /**
     * Sets the group of a unix socket's file. To give it to a group takes being in it, or the privilege to.
     *
     * @param group a name or a number
     * @return a listener with it
     * @throws IllegalArgumentException if it is empty
     * @throws IllegalStateException if this is no unix socket with a path
     */
    public Listener group(String group) {
        return with("group", access.withGroup(group));
    }

    private Listener with(String what, UnixSocketFile.Access changed) {
        if (!(address instanceof UnixDomainSocketAddress)) {
            throw new IllegalStateException("only a unix socket with a path has a" + (what.startsWith("o") ? "n " : " ")
                    + what + ", and this is " + this);
        }
        return new Listener(address, descriptor, changed, entrance);
    }

    /**
     * Lets only those in who come by TLS.
     *
     * @param tls certificates and keys
     * @return a listener with it
     */
    public Listener tls(Tls tls) {
        return new Listener(address, descriptor, access, entrance.withTls(requireNonNull(tls)));
    }

    /**
     * Sets whether each connection begins with a header of the PROXY protocol, version 1 or 2, as HAProxy sends it for
     * {@code send-proxy} and {@code send-proxy-v2}. The peer that it names becomes {@link Notification#peer()}. One
     * without a header is closed then; without this setting one with a header is. Whoever can connect can name any peer:
     * use it with {@link #allow(String...)} or TLS.
     *
     * @param required whether it does, in place of false
     * @return a listener with it
     */
    public Listener proxyProtocol(boolean required) {
        return new Listener(address, descriptor, access, entrance.withProxyProtocol(required));
    }

    /**
     * Lets only TCP peers of some networks in; all others are closed before a byte of them is read. It is the peer that
     * has connected that counts, whatever a PROXY header says later.
     *
     * @param networks an address and the length of its prefix each, as in {@code 10.0.0.0/8} or {@code 2001:db8::/32}, or
     *        an address alone; in place of those of an earlier call
     * @return a listener with it
     * @throws IllegalArgumentException if there are none or one is malformed, bits behind its prefix included
     * @throws IllegalStateException if this is a unix socket; where it is an inherited one, {@link AgentBuilder#start()}
     *         finds out
     */
    public Listener allow(String... networks) {
        if (address != null && !(address instanceof InetSocketAddress)) {
            throw new IllegalStateException("only TCP peers have a network, and this is " + this);
        }
        return new Listener(address, descriptor, access, entrance.withAllowed(Networks.parse(networks)));
    }

    Entrance entrance() {
        return entrance;
    }

    @Nullable
    SocketAddress address() {
        return address;
    }

    int descriptor() {
        return descriptor;
    }

    UnixSocketFile.Access access() {
        return access;
    }

    /** The address, as {@link #on(String)} reads it. */
    @Override
    public String toString() {
        return address == null ? DESCRIPTOR + descriptor : AgentAddress.format(address);
    }
}
