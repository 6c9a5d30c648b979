package dev.spoa.agent;

import static java.util.Objects.requireNonNull;

import dev.spoa.protocol.AgentAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Where an agent listens, and what holds for the connections that come in there. Immutable: each method that sets
 * something returns a new value.
 */
public final class Listener {
    private final SocketAddress address;
    private final Entrance entrance;

    private Listener(SocketAddress address, Entrance entrance) {
        this.address = address;
        this.entrance = entrance;
    }

    /**
     * Listens on an address.
     *
     * @param address {@code 127.0.0.1:3000}, {@code [::1]:3000}, {@code localhost:3000}, {@code *:3000} for every
     *        interface, port 0 for a free one (see {@link Agent#addresses()}), or {@code unix@/path/to/socket}
     * @return the listener
     * @throws IllegalArgumentException if it is none of these
     */
    public static Listener on(String address) {
        return on(AgentAddress.parse(address));
    }

    /**
     * Listens on an address.
     *
     * @param address an {@link java.net.InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}
     * @return the listener
     * @throws IllegalArgumentException if it is neither, or an unresolved one
     */
    public static Listener on(SocketAddress address) {
        return new Listener(AgentAddress.checked(address), Entrance.OPEN);
    }

    /**
     * Lets only those in who come by TLS.
     *
     * @param tls certificates and keys
     * @return a listener with it
     */
    public Listener tls(Tls tls) {
        return new Listener(address, entrance.withTls(requireNonNull(tls)));
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
        return new Listener(address, entrance.withProxyProtocol(required));
    }

    /**
     * Lets only TCP peers of some networks in; all others are closed before a byte of them is read. It is the peer that
     * has connected that counts, whatever a PROXY header says later.
     *
     * @param networks an address and the length of its prefix each, as in {@code 10.0.0.0/8} or {@code 2001:db8::/32}, or
     *        an address alone; in place of those of an earlier call
     * @return a listener with it
     * @throws IllegalArgumentException if there are none or one is malformed, bits behind its prefix included
     * @throws IllegalStateException if this is a unix socket
     */
    public Listener allow(String... networks) {
        if (!(address instanceof InetSocketAddress)) {
            throw new IllegalStateException("only TCP peers have a network, and this is " + this);
        }
        return new Listener(address, entrance.withAllowed(Networks.parse(networks)));
    }

    SocketAddress address() {
        return address;
    }

    Entrance entrance() {
        return entrance;
    }

    /** The address. */
    @Override
    public String toString() {
        return address.toString();
    }
}
