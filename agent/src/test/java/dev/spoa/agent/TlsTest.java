package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import io.netty.pkitesting.X509Bundle;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, certificates of clients, and new certificates while the agent runs. */
class TlsTest {
    private static final int LARGE = 60_000;

    @TempDir Path folder;
    private X509Bundle authority;
    private Path chain;
    private Path key;
    private Path clientCa;

    @BeforeEach
    void writeCertificates() throws Exception {
        authority = Certificates.authority("test authority");
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        clientCa = folder.resolve("clients.pem");
        Certificates.write(Certificates.issued("agent", authority), chain, key);
        Files.writeString(clientCa, authority.getRootCertificatePEM());
    }

    private static void who(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, "peer", message.notification().peerCertificate()
                .map(certificate -> certificate.getSubjectX500Principal().getName()).orElse("nobody"));
    }

    private static Agent start(Tls tls, Duration handshake) {
        return Agent.builder().eventLoops(1).shutdownHook(false).grace(Duration.ofSeconds(5))
                .limits(Limits.builder().handshakeTimeout(handshake).build())
                .onInline("who-inline", TlsTest::who).on("who-blocking", TlsTest::who)
                .onAsync("who-async", (message, reply) -> CompletableFuture.runAsync(() -> who(message, reply)))
                .onInline("large",
                        (message, reply) -> reply.set(Scope.TRANSACTION, "large", "x".repeat(LARGE)))
                .listen(Listener.on("127.0.0.1:0").tls(tls)).start();
    }

    private static Agent start(Tls tls) {
        return start(tls, Duration.ofSeconds(30));
    }

    private Tls mutual() {
        return Tls.of(chain, key).clientCa(clientCa);
    }

    private static SSLSocket connect(Agent agent, SSLContext client, String... protocols) throws IOException {
        InetSocketAddress address = (InetSocketAddress) Agents.addressOf(agent);
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) Peer.PATIENCE.toMillis());
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }

    private static String exchange(SSLSocket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        return new String(in.readNBytes(in.readInt()), ISO_8859_1);
    }

    private static byte[] notify(String message) {
        return PeerBytes.notify(1, 1, PeerBytes.message(message));
    }

    private static X509Certificate agentOf(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void handlersOfEveryKindSeeTheCertificateOfThePeer(String protocol) throws Exception {
        SSLContext client = Certificates.client(authority, Certificates.issued("haproxy", authority));
        try (Agent agent = start(mutual()); SSLSocket socket = connect(agent, client, protocol)) {
            exchange(socket, PeerBytes.muxHello());

            for (String kind : new String[] {"inline", "blocking", "async"}) {
                assertThat(exchange(socket, notify("who-" + kind))).endsWith("CN=haproxy");
            }
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(agent.statistics().rejectedConnections()).isZero();
        }
    }

    @Test
    void isPossibleWithoutCertificatesOfClients() throws Exception {
        SSLContext client = Certificates.client(authority, null);
        try (Agent agent = start(Tls.of(chain, key)); SSLSocket socket = connect(agent, client)) {
            exchange(socket, PeerBytes.muxHello());
            assertThat(exchange(socket, notify("who-inline"))).endsWith("nobody");
        }
    }

    @Test
    void carriesRepliesLargerThanARecordAndEndsInOrder() throws Exception {
        SSLContext client = Certificates.client(authority, null);
        try (Agent agent = start(Tls.of(chain, key)); SSLSocket socket = connect(agent, client)) {
            exchange(socket, PeerBytes.hello(1_000_000));
            for (int i = 0; i < 20; i++) {
                assertThat(exchange(socket, notify("large"))).hasSizeGreaterThan(LARGE).endsWith("xxx");
            }
            exchange(socket, PeerBytes.disconnect(StatusCode.NORMAL));
            // a connection that is cut off instead of ended is an SSLException here
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    enum Stranger {
        WITHOUT_CERTIFICATE, OF_ANOTHER_AUTHORITY
    }

    /** In TLS 1.3 the client has sent its HELLO before it can know that it was rejected. */
    @ParameterizedTest
    @EnumSource
    void nothingIsReadFromAPeerWithoutTheRightCertificate(Stranger stranger) throws Exception {
        SSLContext client = Certificates.client(authority, stranger == Stranger.WITHOUT_CERTIFICATE
                ? null
                : Certificates.issued("stranger", Certificates.authority("another")));
        try (Logged logged = new Logged(Agent.class); Agent agent = start(mutual())) {
            for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (SSLSocket socket = connect(agent, client, protocol)) {
                    assertThatThrownBy(() -> exchange(socket, PeerBytes.healthCheck())).isInstanceOf(IOException.class);
                }
            }
            Agents.until(() -> agent.statistics().connections() == 0);
            assertThat(agent.statistics().rejectedConnections()).isEqualTo(2);
            assertThat(agent.statistics().healthChecks()).isZero();
            assertThat(logged.warnings()).singleElement().asString().startsWith("/127.0.0.1:")
                    .contains(": not let in: its TLS handshake failed: ");
        }
    }

    @Test
    void aPeerWithoutTlsIsRejected() {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(mutual());
                Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(PeerBytes.muxHello()).readToEnd(Peer.PATIENCE);

            assertThat(agent.statistics().rejectedConnections()).isEqualTo(1);
            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith("not let in: expected a TLS handshake first, and its bytes are none");
        }
    }

    @Test
    void aPeerThatNeverFinishesTheHandshakeCountsAsOneWithoutHelloAndIsClosed() {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(mutual(), Duration.ofMillis(50));
                Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.expectClosed();

            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith("closed, because its TLS handshake was not complete within PT0.05S");
            assertThat(agent.statistics().rejectedConnections()).isZero();
        }
    }

    @Test
    void newFilesAreForNewConnectionsAndOpenOnesGoOn() throws Exception {
        SSLContext client = Certificates.client(authority, null);
        Tls tls = Tls.of(chain, key).reloadInterval(Duration.ofMillis(100));
        try (Agent agent = start(tls); SSLSocket old = connect(agent, client)) {
            exchange(old, PeerBytes.muxHello());
            X509Bundle next = Certificates.issued("next", authority);
            Certificates.write(next, chain, key);

            Agents.until(() -> {
                try (SSLSocket socket = connect(agent, client)) {
                    return agentOf(socket).equals(next.getCertificate());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(exchange(old, notify("who-inline"))).endsWith("nobody");
        }
    }

    @Test
    void filesThatCannotBeUsedChangeNothingAndAreToldOnce() throws Exception {
        try (Logged logged = new Logged(Agent.class)) {
            TlsContext context = new TlsContext(Tls.of(chain, key), new AgentLog(System::nanoTime));
            var first = context.current();
            X509Bundle next = Certificates.issued("next", authority);

            // between the two files
            Files.writeString(chain, next.getCertificatePathPEM());
            context.look();
            assertThat(context.current()).isSameAs(first);
            assertThat(logged.warnings()).isEmpty();
            Files.writeString(key, next.getPrivateKeyPEM());
            context.look();
            assertThat(context.current()).isNotSameAs(first);
            assertThat(logged.warnings()).isEmpty();

            var second = context.current();
            Files.delete(key);
            for (int i = 0; i < 3; i++) {
                context.look();
            }
            assertThat(context.current()).isSameAs(second);
            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith("the earlier ones are kept: " + key + ": there is no such file");
        }
    }

    @Test
    void filesThatCannotBeUsedAreRefusedAtTheStart() throws Exception {
        Files.writeString(key, Certificates.issued("other", authority).getPrivateKeyPEM());
        assertThatThrownBy(() -> start(mutual())).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(key + ": this is not the private key of the first certificate in " + chain);
        Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----");
        assertThatThrownBy(() -> start(mutual())).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(key + ": expected an unencrypted private key as PKCS#8 PEM");
        Files.writeString(chain, "nothing");
        assertThatThrownBy(() -> start(mutual())).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(chain + ": expected certificates as PEM");
    }
}
