package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the documentation of {@link Agent}. */
class SmallestAgentTest {
    @TempDir Path folder;

    private static int scoreOf(InetAddress ip) {
        return Byte.toUnsignedInt(ip.getAddress()[3]);
    }

    private static void serve(String address) throws InterruptedException {
        // @start region="smallest-agent"
        try (Agent agent = Agent.builder()
                .on("get-ip-reputation",
                        (message, reply) -> reply.set(Scope.SESSION, "ip_score", scoreOf(message.address("ip"))))
                .listen(address) // for example 127.0.0.1:3000
                .start()) {
            agent.awaitClosed();
        }
        // @end
    }

    @Test
    void answersHaproxyUntilItIsClosed() throws Exception {
        Path socket = folder.resolve("agent.sock");
        Thread program = Thread.startVirtualThread(() -> {
            try {
                serve("unix@" + socket);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        // the file is there a moment before anybody listens on it
        await().ignoreExceptions().until(() -> {
            Peer.connect(UnixDomainSocketAddress.of(socket)).close();
            return true;
        });

        try (Peer haproxy = Peer.mux(UnixDomainSocketAddress.of(socket))) {
            haproxy.sendNotify(1, 1, "get-ip-reputation", PeerBytes.arg("ip", new Value.Ipv4(0xC0000207)));

            assertThat(haproxy.readAck(1, 1))
                    .containsExactly(new Action.SetVar(Scope.SESSION, "ip_score", Value.of(7)));
        }
        program.interrupt();
        program.join();
        assertThat(socket).doesNotExist();
    }
}
