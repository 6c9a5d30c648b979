package dev.spoa.agent;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 for a {@link Listener}: whom the agent says it is, and whom it lets in. Immutable: each method that
 * sets something returns a new value.
 *
 * <p>
 * The files are read when the agent starts, and again while it runs: when their content has changed, new connections get
 * the new certificate, and those that are open keep theirs. New files that cannot be used change nothing and are logged;
 * so certificate and key may be replaced one after the other.
 */
public final class Tls {
    private static final Duration DEFAULT_RELOAD_INTERVAL = Duration.ofSeconds(5);

    private final Path certificates;
    private final Path privateKey;
    private final @Nullable Path clientCa;
    private final Duration reloadInterval;

    private Tls(Path certificates, Path privateKey, @Nullable Path clientCa, Duration reloadInterval) {
        this.certificates = certificates;
        this.privateKey = privateKey;
        this.clientCa = clientCa;
        this.reloadInterval = reloadInterval;
    }

    /**
     * Begins with the agent's own certificate.
     *
     * @param certificates a PEM file with the agent's certificate, then those that lead to its CA; each at most 1 MiB, as
     *        all these files
     * @param privateKey a PEM file with its private key, unencrypted PKCS#8 ({@code BEGIN PRIVATE KEY}) for RSA, EC or
     *        Ed25519; it may be the same file
     * @return TLS without certificates of clients
     */
    public static Tls of(Path certificates, Path privateKey) {
        return new Tls(requireNonNull(certificates), requireNonNull(privateKey), null, DEFAULT_RELOAD_INTERVAL);
    }

    /**
     * Lets only those in who have a certificate of one of these authorities (mutual TLS). A handler sees it as
     * {@link Notification#peerCertificate()}.
     *
     * @param certificates a PEM file with the certificates of the authorities
     * @return TLS with it
     */
    public Tls clientCa(Path certificates) {
        return new Tls(this.certificates, privateKey, requireNonNull(certificates), reloadInterval);
    }

    /**
     * Sets how often the files are looked at.
     *
     * @param interval 100 ms to 1 day, in place of 5 s
     * @return TLS with it
     * @throws IllegalArgumentException if it is out of range
     */
    public Tls reloadInterval(Duration interval) {
        return new Tls(certificates, privateKey, clientCa,
                Limits.checked("reloadInterval", interval, Duration.ofMillis(100), Duration.ofDays(1)));
    }

    Path certificates() {
        return certificates;
    }

    Path privateKey() {
        return privateKey;
    }

    @Nullable
    Path clientCa() {
        return clientCa;
    }

    Duration reloadInterval() {
        return reloadInterval;
    }
}
