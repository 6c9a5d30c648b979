package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Listener;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.agent.Tls;
import dev.spoa.protocol.Scope;
import dev.spoa.testkit.HaproxyBuilder;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyProcess;
import dev.spoa.testkit.HaproxyVersion;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** HAProxy reaches the agent by TLS and with the PROXY protocol, its health checks included. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class TransportSecurityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Parameter private HaproxyVersion version;

    @TempDir Path folder;
    private X509Bundle authority;
    private Path chain;
    private Path key;

    @BeforeEach
    void prepare() throws Exception {
        version.assumeBinary();
        authority = new CertificateBuilder().subject("CN=authority").ecp256().setIsCertificateAuthority(true)
                .buildSelfSigned();
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        Files.writeString(folder.resolve("agents.pem"), authority.getRootCertificatePEM());
        writeAgent();
        X509Bundle own = issued("haproxy");
        Files.writeString(folder.resolve("haproxy.pem"), own.getCertificatePEM() + own.getPrivateKeyPEM());
    }

    private X509Bundle issued(String name) throws Exception {
        return new CertificateBuilder().subject("CN=" + name).addSanDnsName(name + ".example").ecp256()
                .buildIssuedBy(authority);
    }

    /** Each file is replaced at once, one after the other. */
    private void writeAgent() throws Exception {
        X509Bundle agent = issued("agent");
        replace(chain, agent.getCertificatePathPEM());
        replace(key, agent.getPrivateKeyPEM());
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Tls tls() {
        return Tls.of(chain, key).clientCa(folder.resolve("agents.pem")).reloadInterval(Duration.ofMillis(100));
    }

    private static void answer(Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, "text", message.notification().peerCertificate()
                .map(certificate -> certificate.getSubjectX500Principal().getName()).orElse("nobody"));
    }

    private static String textOf(Answer answer) {
        return new String(answer.octets("text").orElse(new byte[0]), UTF_8);
    }

    private static Agent start(Listener listener) {
        return Agent.builder().shutdownHook(false).on("echo", TransportSecurityIT::answer).listen(listener).start();
    }

    private HaproxyProcess haproxy(Agent agent, List<String> settings) {
        HaproxyBuilder builder = HaproxyProcess.of(version).resource(Haproxy.class, "spoe.cfg")
                .resource(Haproxy.class, "answer.txt").file("haproxy.cfg", configuration())
                .file(folder.resolve("agents.pem")).file(folder.resolve("haproxy.pem"))
                .variable("PROCESSING", "20s").variable("FRAME", "16380");
        settings.forEach(setting -> builder.variable(setting, "yes"));
        return builder.agent(agent).start();
    }

    private static String configuration() {
        try (var in = TransportSecurityIT.class.getResourceAsStream("secure.cfg")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS", "PROXY1", "PROXY2", "TLS PROXY1", "TLS PROXY2"})
    void checksAreContentAndEventsAnswered(String settings) throws Exception {
        boolean secure = settings.contains("TLS");
        boolean proxied = settings.contains("PROXY");
        // in mode spop it says "'send-proxy*' server option is unsupported there, ignoring it"
        assumeFalse(proxied && version.number().equals("3.4"), "HAProxy 3.4 ignores send-proxy");
        Listener listener = Listener.on("127.0.0.1:0").proxyProtocol(proxied).allow("127.0.0.0/8");
        try (Agent agent = start(secure ? listener.tls(tls()) : listener);
                HaproxyProcess haproxy = haproxy(agent, List.of(settings.split(" ")));
                Client client = new Client()) {
            Answer answer = client.get(haproxy.uri("/echo"));
            assertThat(textOf(answer)).isEqualTo(secure ? "CN=haproxy" : "nobody");
            await().atMost(PATIENCE).until(() -> agent.statistics().healthChecks() >= 3);
            assertThat(haproxy.statistics("agent", "agent")).containsEntry("status", "UP")
                    .containsEntry("check_status", "L7OK").containsEntry("chkfail", "0");
            assertThat(agent.statistics().rejectedConnections()).isZero();
            assertThat(agent.statistics().protocolErrors()).isZero();
        }
    }

    @Test
    void haproxyWithoutItsCertificateIsToldByItsErrorVariable() throws Exception {
        try (Agent agent = start(Listener.on("127.0.0.1:0").tls(tls()));
                HaproxyProcess haproxy = haproxy(agent, List.of("STRANGER"));
                Client client = new Client()) {
            assertThat(client.get(haproxy.uri("/echo")).variable("spoe_error")).isPresent();
            assertThat(agent.statistics().notifications()).isZero();
            assertThat(agent.statistics().healthChecks()).isZero();
            await().atMost(PATIENCE).until(() -> agent.statistics().rejectedConnections() > 0);
        }
    }

    @Test
    void newCertificatesUnderLoadCostNoAnswer() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicLong right = new AtomicLong();
        try (Agent agent = start(Listener.on("127.0.0.1:0").tls(tls()));
                HaproxyProcess haproxy = haproxy(agent, List.of("TLS"));
                Client client = new Client()) {
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                try {
                    while (!stopped.get()) {
                        assertThat(textOf(client.get(haproxy.uri("/echo")))).isEqualTo("CN=haproxy");
                        right.incrementAndGet();
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            try {
                for (int i = 0; i < 5; i++) {
                    writeAgent();
                    long until = right.get() + 50;
                    long checks = agent.statistics().healthChecks() + 2;
                    await().atMost(PATIENCE).until(() -> load.isDone()
                            || (right.get() >= until && agent.statistics().healthChecks() >= checks));
                }
            } finally {
                stopped.set(true);
                load.join();
            }
            assertThat(agent.statistics().rejectedConnections()).isZero();
            assertThat(haproxy.statistics("agent", "agent")).containsEntry("chkfail", "0");
            Figures.record("transport-security",
                    version + ": certificate replaced 5 times, " + right.get() + " answers, none lost");
        }
    }
}
