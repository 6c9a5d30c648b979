package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.PeerBytes;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A peer that wants another handshake after the first. TLS 1.3 has none; what {@code startHandshake} does there is to
 * update the keys.
 */
class TlsRenegotiationTest {
    @TempDir Path folder;
    private final Gate gate = new Gate();
    private Tls tls;
    private SSLContext client;

    @BeforeEach
    void writeCertificates() throws Exception {
        CertificateFiles files = CertificateFiles.in(folder);
        tls = files.mutual();
        client = files.haproxy();
    }

    private Agent start() {
        return gate.register(Agent.builder(), HandlerKind.ASYNC, "wait").eventLoops(1).shutdownHook(false)
                .onInline("ok", Agents::answer).listen(Listener.on("127.0.0.1:0").tls(tls)).start();
    }

    private static byte[] notify(String message) {
        return PeerBytes.notify(1, 1, PeerBytes.message(message));
    }

    /** It would cost a private key operation each time, and in the middle of it no ACK could be sent. */
    @Test
    void isClosedAtOnceWhateverItWaitsFor() throws Exception {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start();
                TlsPeer peer = TlsPeer.connect(agent, client, "TLSv1.2")) {
            peer.exchange(PeerBytes.muxHello());
            peer.send(notify("wait"));
            Gate.Call call = gate.await(1);

            peer.socket.startHandshake();

            Agents.until(call::isGivenUp);
            Agents.until(() -> agent.statistics().connections() == 0);
            assertThatThrownBy(peer::read).isInstanceOf(IOException.class);
            assertThat(agent.statistics().protocolErrors()).isEqualTo(1);
            assertThat(logged.warnings()).singleElement().asString().startsWith("/127.0.0.1:")
                    .endsWith(": it has begun a second TLS handshake, and only one is expected; closed");
        }
    }

    @Test
    void mayUpdateItsKeys() throws Exception {
        try (Agent agent = start(); TlsPeer peer = TlsPeer.connect(agent, client, "TLSv1.3")) {
            peer.exchange(PeerBytes.muxHello());
            for (int i = 0; i < 100; i++) {
                peer.socket.startHandshake();
                assertThat(peer.exchange(notify("ok"))).contains("ok");
            }
            assertThat(agent.statistics().protocolErrors()).isZero();
        }
    }
}
