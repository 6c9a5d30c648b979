package dev.spoa.agent;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a NOTIFY besides its messages. It may be read from any thread and is valid as long as its message
 * is.
 *
 * <p>
 * The ids are the engine's and mean nothing outside their connection: HAProxy from 3.1 on counts them anew on each
 * (section 3.1 of the protocol reference). To correlate, send {@code unique-id} as an argument.
 */
public interface Notification {
    /**
     * The UUID of the engine. HAProxy up to 3.0 has one for each of its threads.
     *
     * @return what HELLO said; empty where it said nothing
     */
    Optional<String> engineId();

    /**
     * The NOTIFY's stream-id.
     *
     * @return an opaque unsigned integer; 0 is a legal one
     */
    long streamId();

    /**
     * The NOTIFY's frame-id.
     *
     * @return an opaque unsigned integer
     */
    long frameId();

    /**
     * The other end of the connection: the one that its PROXY header names, where it has one that does so (see
     * {@link Listener#proxyProtocol(boolean)}), else the one that has connected.
     *
     * @return its address; for a unix socket one without a name
     */
    SocketAddress peer();

    /**
     * The one that has connected, where the connection's PROXY header names another as its {@link #peer()}.
     *
     * @return its address; empty where {@link #peer()} has connected itself
     */
    Optional<SocketAddress> proxy();

    /**
     * Who the peer has proved to be: its certificate, then those that lead to a CA, as it has sent them.
     *
     * @return the chain; empty without {@link Tls#clientCa(java.nio.file.Path)}
     */
    List<X509Certificate> peerCertificates();

    /**
     * Who the peer has proved to be.
     *
     * @return its own certificate; empty without {@link Tls#clientCa(java.nio.file.Path)}
     */
    default Optional<X509Certificate> peerCertificate() {
        return peerCertificates().stream().findFirst();
    }

    /**
     * When the NOTIFY was complete.
     *
     * @return the time of its arrival
     */
    Instant arrival();

    /**
     * When the agent answers in the handlers' place: the shortest deadline of the NOTIFY's messages. Where all of them
     * have inline handlers there is none; an inline handler beside others sees that of the others.
     *
     * @return the deadline; empty where there is none
     */
    Optional<Instant> deadline();

    /**
     * How long a handler still has, to be passed on to calls of its own.
     *
     * @return the time until the {@link #deadline()}, zero once it has passed; empty where there is none
     */
    Optional<Duration> remaining();
}
