package dev.spoa.agent;

import org.jspecify.annotations.Nullable;

/**
 * Whom a {@link Listener} lets in.
 *
 * @param allowed the networks of its TCP peers; null for any
 * @param proxyProtocol whether each connection begins with a PROXY header
 * @param tls TLS; null for none
 */
record Entrance(@Nullable Networks allowed, boolean proxyProtocol, @Nullable Tls tls) {
    static final Entrance OPEN = new Entrance(null, false, null);

    Entrance withAllowed(Networks networks) {
        return new Entrance(networks, proxyProtocol, tls);
    }

    Entrance withProxyProtocol(boolean required) {
        return new Entrance(allowed, required, tls);
    }

    Entrance withTls(Tls tls) {
        return new Entrance(allowed, proxyProtocol, tls);
    }
}
