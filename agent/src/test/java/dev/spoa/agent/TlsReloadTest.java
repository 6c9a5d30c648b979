package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New certificates are seen whatever else goes wrong. */
class TlsReloadTest {
    @TempDir Path folder;
    private CertificateFiles files;

    @BeforeEach
    void writeCertificates() throws Exception {
        files = CertificateFiles.in(folder);
    }

    private Agent start(MessageHandler handler) {
        return Agent.builder().eventLoops(1).shutdownHook(false).on("busy", handler)
                .listen(Listener.on("127.0.0.1:0").tls(files.tls().reloadInterval(Duration.ofMillis(100))))
                .start();
    }

    @Test
    void whileHandlersHoldAllProcessorsThatVirtualThreadsHave() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        CountDownLatch spinning = new CountDownLatch(processors);
        AtomicBoolean ended = new AtomicBoolean();
        SSLContext client = Certificates.client(files.authority(), null);
        try (Agent agent = start((message, reply) -> {
            spinning.countDown();
            while (!ended.get()) {
                Thread.onSpinWait();
            }
        }); TlsPeer busy = TlsPeer.connect(agent, client)) {
            busy.exchange(PeerBytes.muxHello());
            for (int i = 0; i < processors; i++) {
                busy.send(PeerBytes.notify(1, i + 1, PeerBytes.message("busy")));
            }
            assertThat(spinning.await(Peer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            X509Bundle next = Certificates.issued("next", files.authority());
            Certificates.write(next, files.chain(), files.key());

            Agents.until(() -> isShown(agent, client, next));
        } finally {
            ended.set(true);
        }
    }

    private static boolean isShown(Agent agent, SSLContext client, X509Bundle certificate) {
        try (TlsPeer peer = TlsPeer.connect(agent, client)) {
            return peer.agent().equals(certificate.getCertificate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void afterAnErrorToo() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getMessage().startsWith("new connections get")) {
                    failed.incrementAndGet();
                    throw new Error("for the test");
                }
            }
        };
        failing.start();
        try (Logged logged = new Logged(Agent.class); Agent agent = start((message, reply) -> {})) {
            logged.logger().addAppender(failing);
            Certificates.write(Certificates.issued("next", files.authority()), files.chain(), files.key());
            Agents.until(() -> failed.get() > 1);
            X509Bundle last = Certificates.issued("last", files.authority());
            Certificates.write(last, files.chain(), files.key());
            SSLContext client = Certificates.client(files.authority(), null);
            Agents.until(() -> isShown(agent, client, last));
            logged.logger().detachAppender(failing);
        }
    }
}
