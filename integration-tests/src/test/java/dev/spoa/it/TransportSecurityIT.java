package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Listener;
import dev.spoa.agent.Message;
import dev.spoa.agent.Notification;
import dev.spoa.agent.Reply;
import dev.spoa.agent.Tls;
import dev.spoa.protocol.Scope;
import dev.spoa.testkit.HaproxyBuilder;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyProcess;
import dev.spoa.testkit.HaproxyVersion;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy reaches the agent by TLS and with the PROXY protocol, its health checks included. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class TransportSecurityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** From where HAProxy connects for its engine and its checks, and from where as a TCP proxy. */
    private static final String HAPROXY = "127.0.0.2";
    private static final String RELAY = "127.0.0.3";

    @Parameter private HaproxyVersion version;

    @TempDir Path folder;
    private TestAuthority authority;
    private Path chain;
    private Path key;

    @BeforeEach
    void prepare() throws Exception {
        version.assumeBinary();
        authority = new TestAuthority("authority");
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        Files.writeString(folder.resolve("agents.pem"), authority.own().getRootCertificatePEM());
        writeAgent();
        writeOwn("haproxy.pem", authority);
        writeOwn("impostor.pem", new TestAuthority("authority"));
    }

    /** Certificate and key of HAProxy in one file. */
    private void writeOwn(String file, TestAuthority signer) throws Exception {
        X509Bundle own = signer.issued("haproxy");
        Files.writeString(folder.resolve(file), own.getCertificatePEM() + own.getPrivateKeyPEM());
    }

    /** Each file is replaced at once, one after the other. */
    private void writeAgent() throws Exception {
        X509Bundle agent = authority.issued("agent");
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

    /**
     * Who has asked, as the agent knows it.
     *
     * @param certificate the subject of the peer's certificate, or {@code nobody}
     * @param peer its address, without the port
     * @param proxy the address of who has connected in its place, without the port, or {@code none}
     */
    private record Asker(String certificate, String peer, String proxy) {
        static void answer(Message message, Reply reply) {
            Notification notify = message.notification();
            reply.set(Scope.TRANSACTION, "text", notify.peerCertificate()
                    .map(certificate -> certificate.getSubjectX500Principal().getName()).orElse("nobody") + " "
                    + hostOf(notify.peer()) + " " + notify.proxy().map(Asker::hostOf).orElse("none"));
        }

        private static String hostOf(SocketAddress address) {
            return ((InetSocketAddress) address).getAddress().getHostAddress();
        }

        static Asker of(Answer answer) {
            String[] words = new String(answer.octets("text").orElse(new byte[0]), UTF_8).split(" ", -1);
            assertThat(words).hasSize(3);
            return new Asker(words[0], words[1], words[2]);
        }
    }

    private static Agent start(Listener listener) {
        return Agent.builder().shutdownHook(false).on("echo", Asker::answer).listen(listener).start();
    }

    private HaproxyProcess haproxy(Agent agent, List<String> settings) {
        HaproxyBuilder builder = HaproxyProcess.of(version).resource(Haproxy.class, "spoe.cfg")
                .resource(Haproxy.class, "answer.txt").file("haproxy.cfg", configuration())
                .file(folder.resolve("agents.pem")).file(folder.resolve("haproxy.pem"))
                .file(folder.resolve("impostor.pem")).port("RELAY", "127.0.0.1")
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
            // HAProxy's headers name nobody, because what asks is HAProxy itself
            assertThat(Asker.of(client.get(haproxy.uri("/echo"))))
                    .isEqualTo(new Asker(secure ? "CN=haproxy" : "nobody", HAPROXY, "none"));
            await().atMost(PATIENCE).until(() -> agent.statistics().healthChecks() >= 2);
            // with an asterisk before it while the next check is under way
            assertThat(haproxy.statistics("agent", "agent")).containsEntry("status", "UP")
                    .containsEntry("chkfail", "0").extractingByKey("check_status").asString().endsWith("L7OK");
            assertThat(agent.statistics().rejectedConnections()).isZero();
            assertThat(agent.statistics().protocolErrors()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"VIA_PROXY1", "VIA_PROXY2"})
    void aTcpProxyInBetweenSaysWhoThePeerIs(String setting) throws Exception {
        try (Agent agent = start(Listener.on("127.0.0.1:0").proxyProtocol(true).allow(RELAY + "/32"));
                HaproxyProcess haproxy = haproxy(agent, List.of(setting));
                Client client = new Client()) {
            assertThat(Asker.of(client.get(haproxy.uri("/echo")))).isEqualTo(new Asker("nobody", HAPROXY, RELAY));
            await().atMost(PATIENCE).until(() -> agent.statistics().healthChecks() >= 2);
            // with an asterisk before it while the next check is under way
            assertThat(haproxy.statistics("agent", "agent")).containsEntry("status", "UP");
            assertThat(agent.statistics().rejectedConnections()).isZero();
            assertThat(agent.statistics().protocolErrors()).isZero();
        }
    }

    /** The impostor has a certificate, of an authority with the right name but another key. */
    @ParameterizedTest
    @ValueSource(strings = {"STRANGER", "IMPOSTOR"})
    void haproxyWithoutTheRightCertificateIsRejectedAndToldByItsErrorVariable(String setting) throws Exception {
        try (Agent agent = start(Listener.on("127.0.0.1:0").tls(tls()));
                HaproxyProcess haproxy = haproxy(agent, List.of(setting));
                Client client = new Client()) {
            assertThat(client.get(haproxy.uri("/echo")).variable("spoe_error")).isPresent();
            await().atMost(PATIENCE)
                    .until(() -> haproxy.statistics("agent", "agent").getOrDefault("status", "").equals("DOWN"));
            await().atMost(PATIENCE).until(() -> agent.statistics().rejectedConnections() >= 2);
            assertThat(agent.statistics().notifications()).isZero();
            assertThat(agent.statistics().healthChecks()).isZero();
            assertThat(agent.statistics().protocolErrors()).isZero();
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
                        assertThat(Asker.of(client.get(haproxy.uri("/echo"))).certificate()).isEqualTo("CN=haproxy");
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
                    long checks = agent.statistics().healthChecks() + 1;
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
