package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, certificates of clients, and new certificates while the agent runs. */
class TlsTest {
    /** The header of a record that is announced to have 512 bytes, and the first of them. */
    private static final byte[] FIRST_OF_CLIENT_HELLO = PeerBytes.bytes("160301020001");

    @TempDir Path folder;
    private CertificateFiles files;

    @BeforeEach
    void writeCertificates() throws Exception {
        files = CertificateFiles.in(folder);
    }

    private static void who(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, "peer", message.notification().peerCertificate()
                .map(certificate -> certificate.getSubjectX500Principal().getName()).orElse("nobody"));
    }

    private static Agent start(Tls tls, Limits limits) {
        return Agent.builder().eventLoops(1).shutdownHook(false).grace(Duration.ofSeconds(5))
                .limits(limits)
                .onInline("who-inline", TlsTest::who).on("who-blocking", TlsTest::who)
                .onAsync("who-async", (message, reply) -> CompletableFuture.runAsync(() -> who(message, reply)))
                .listen(Listener.on("127.0.0.1:0").tls(tls)).start();
    }

    private static Agent start(Tls tls) {
        return start(tls, Limits.defaults());
    }

    private Tls mutual() {
        return files.mutual();
    }

    private static byte[] notify(String message) {
        return PeerBytes.notify(1, 1, PeerBytes.message(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void handlersOfEveryKindSeeTheCertificateOfThePeer(String protocol) throws Exception {
        SSLContext client = Certificates.client(files.authority(), Certificates.issued("haproxy", files.authority()));
        try (Agent agent = start(mutual()); TlsPeer peer = TlsPeer.connect(agent, client, protocol)) {
            peer.exchange(PeerBytes.muxHello());

            for (String kind : new String[] {"inline", "blocking", "async"}) {
                assertThat(peer.exchange(notify("who-" + kind))).endsWith("CN=haproxy");
            }
            assertThat(peer.socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(agent.statistics().rejectedConnections()).isZero();
        }
    }

    @Test
    void isPossibleWithoutCertificatesOfClients() throws Exception {
        SSLContext client = Certificates.client(files.authority(), null);
        try (Agent agent = start(files.tls()); TlsPeer peer = TlsPeer.connect(agent, client)) {
            peer.exchange(PeerBytes.muxHello());
            assertThat(peer.exchange(notify("who-inline"))).endsWith("nobody");
        }
    }

    enum Stranger {
        WITHOUT_CERTIFICATE, OF_ANOTHER_AUTHORITY
    }

    /** In TLS 1.3 the client has sent its HELLO before it can know that it was rejected. */
    @ParameterizedTest
    @EnumSource
    void nothingIsReadFromAPeerWithoutTheRightCertificate(Stranger stranger) throws Exception {
        SSLContext client = Certificates.client(files.authority(), stranger == Stranger.WITHOUT_CERTIFICATE
                ? null
                : Certificates.issued("stranger", Certificates.authority("another")));
        try (Logged logged = new Logged(Agent.class); Agent agent = start(mutual())) {
            for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (TlsPeer peer = TlsPeer.connect(agent, client, protocol)) {
                    assertThatThrownBy(() -> peer.exchange(PeerBytes.healthCheck())).isInstanceOf(IOException.class);
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

    /** As a TCP check does. */
    @Test
    void aPeerThatJustGoesIsNotRejected() throws Exception {
        byte[] whole = clientHello();
        try (Logged logged = new Logged(Agent.class); Agent agent = start(mutual())) {
            Peer.connect(Agents.addressOf(agent)).close();
            Peer.connect(Agents.addressOf(agent)).send(FIRST_OF_CLIENT_HELLO).close();
            Peer.connect(Agents.addressOf(agent)).send(whole).close();
            Peer.connect(Agents.addressOf(agent)).send(whole).reset();
            Agents.until(() -> agent.statistics().accepted() == 4 && agent.statistics().connections() == 0);

            assertThat(logged.warnings()).isEmpty();
            assertThat(agent.statistics().rejectedConnections()).isZero();
        }
    }

    private byte[] clientHello() throws Exception {
        SSLEngine engine = Certificates.client(files.authority(), null).createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    @Test
    void aPeerThatNeverFinishesTheHandshakeCountsAsOneWithoutHelloUntilItIsClosed() throws Exception {
        SSLContext client = Certificates.client(files.authority(), Certificates.issued("haproxy", files.authority()));
        Limits limits = Limits.builder().handshakeTimeout(Duration.ofSeconds(2)).connectionsWithoutHello(1).build();
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(mutual(), limits);
                Peer silent = Peer.connect(Agents.addressOf(agent))) {
            silent.send(FIRST_OF_CLIENT_HELLO);
            Agents.until(() -> agent.statistics().connections() == 1);
            try (Peer second = Peer.connect(Agents.addressOf(agent))) {
                second.expectClosed();
            }
            assertThat(agent.statistics().refusedConnections()).isEqualTo(1);

            silent.expectClosed();
            assertThat(logged.warnings()).hasSize(2).first().asString()
                    .contains("there are 1 connections without HELLO already");
            assertThat(logged.warnings()).last().asString()
                    .endsWith("closed, because its TLS handshake was not complete within PT2S");
            Agents.until(() -> agent.statistics().connections() == 0);
            try (TlsPeer next = TlsPeer.connect(agent, client)) {
                next.exchange(PeerBytes.muxHello());
                assertThat(next.exchange(notify("who-inline"))).endsWith("CN=haproxy");
            }
            assertThat(agent.statistics().rejectedConnections()).isZero();
        }
    }

    /** A handshake may leave too little of the time for HELLO, but none of it counts twice. */
    @Test
    void aPeerThatSaysNoHelloAfterTheHandshakeIsClosedInTheSameTime() throws Exception {
        SSLContext client = Certificates.client(files.authority(), Certificates.issued("haproxy", files.authority()));
        Limits limits = Limits.builder().handshakeTimeout(Duration.ofSeconds(1)).build();
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(mutual(), limits);
                TlsPeer peer = TlsPeer.connect(agent, client)) {
            peer.socket.startHandshake();
            assertThat(peer.isAtEnd()).isTrue();

            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith("closed, because its HELLO was not complete within PT1S");
        }
    }

    @Test
    void newFilesAreForNewConnectionsAndOpenOnesGoOn() throws Exception {
        SSLContext client = Certificates.client(files.authority(), null);
        Tls tls = files.tls().reloadInterval(Duration.ofMillis(100));
        try (Agent agent = start(tls); TlsPeer old = TlsPeer.connect(agent, client)) {
            old.exchange(PeerBytes.muxHello());
            X509Bundle next = Certificates.issued("next", files.authority());
            Certificates.write(next, files.chain(), files.key());

            Agents.until(() -> {
                try (TlsPeer peer = TlsPeer.connect(agent, client)) {
                    return peer.agent().equals(next.getCertificate());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(old.exchange(notify("who-inline"))).endsWith("nobody");
        }
    }

    @Test
    void filesThatCannotBeUsedChangeNothingAndAreToldOnce() throws Exception {
        try (Logged logged = new Logged(Agent.class)) {
            AtomicLong clock = new AtomicLong();
            TlsContext context = new TlsContext(files.tls(), new AgentLog(clock::get));
            var first = context.current();
            X509Bundle next = Certificates.issued("next", files.authority());

            // between the two files
            Files.writeString(files.chain(), next.getCertificatePathPEM());
            context.look();
            assertThat(context.current()).isSameAs(first);
            assertThat(logged.warnings()).isEmpty();
            Files.writeString(files.key(), next.getPrivateKeyPEM());
            context.look();
            assertThat(context.current()).isNotSameAs(first);
            assertThat(logged.warnings()).isEmpty();

            var second = context.current();
            Files.delete(files.key());
            for (int i = 0; i < 3; i++) {
                // so that it is not the log that says it once
                clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
                context.look();
            }
            assertThat(context.current()).isSameAs(second);
            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith("the earlier ones are kept: " + files.key() + ": there is no such file");
        }
    }

    @Test
    void aFileThatIsNewAloneIsSeen() throws Exception {
        X509Bundle agent = Certificates.issued("agent", files.authority());
        Certificates.write(agent, files.chain(), files.key());
        TlsContext context = new TlsContext(mutual(), new AgentLog(System::nanoTime));
        var first = context.current();

        Files.writeString(files.clientCa(), Certificates.authority("another").getRootCertificatePEM());
        context.look();
        var second = context.current();
        assertThat(second).isNotSameAs(first);

        // renewed for the same key
        Files.writeString(files.chain(), new CertificateBuilder().subject("CN=agent").keyPair(agent.getKeyPair())
                .buildIssuedBy(files.authority()).getCertificatePathPEM());
        context.look();
        assertThat(context.current()).isNotSameAs(second);
    }

    /** As Kubernetes mounts a secret: the files are links through a link to a folder, and that one is replaced. */
    @Test
    void newFilesAreSeenThroughAFolderThatIsSwapped() throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        swap(mounted, "..2026_1", Certificates.issued("first", files.authority()));
        for (String name : new String[] {"tls.crt", "tls.key", "ca.crt"}) {
            Files.createSymbolicLink(mounted.resolve(name), Path.of("..data", name));
        }
        try (Logged logged = new Logged(Agent.class)) {
            Tls tls =
                    Tls.of(mounted.resolve("tls.crt"), mounted.resolve("tls.key")).clientCa(mounted.resolve("ca.crt"));
            TlsContext context = new TlsContext(tls, new AgentLog(System::nanoTime));
            var before = context.current();
            context.look();
            assertThat(context.current()).isSameAs(before);

            swap(mounted, "..2026_2", Certificates.issued("second", files.authority()));
            context.look();
            assertThat(context.current()).isNotSameAs(before);
            assertThat(logged.warnings()).isEmpty();

        }
    }

    private void swap(Path mounted, String name, X509Bundle bundle) throws IOException {
        Path next = Files.createDirectory(mounted.resolve(name));
        Certificates.write(bundle, next.resolve("tls.crt"), next.resolve("tls.key"));
        Files.copy(files.clientCa(), next.resolve("ca.crt"));
        Path link = Files.createSymbolicLink(mounted.resolve("..data_tmp"), Path.of(name));
        Files.move(link, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
