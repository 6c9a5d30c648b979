package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Listener;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.AgentAddress;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** HAProxy reaches an agent by the sockets of one machine. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class UnixSocketsIT {
    @Parameter private HaproxyVersion version;

    @BeforeEach
    void assumeHaproxy() {
        version.assumeBinary();
    }

    private void assertServes(Listener listener, SocketAddress address) throws Exception {
        Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).listen(listener)
                .shutdownHook(false).start();
        try (agent; Haproxy haproxy = Haproxy.of(version).start(address); Client client = new Client()) {
            assertThat(agent.addresses()).containsExactly(address);
            assertThat(client.get(haproxy.uri("/score")).variable("score")).hasValue("1");
        }
    }

    @Test
    void withAModeOfItsOwnInPlaceOfAStaleOne(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("agent.sock");
        Listener listener = Listener.on("unix@" + path).mode("600");
        for (int start = 0; start < 2; start++) {
            assertServes(listener, UnixDomainSocketAddress.of(path));
            assertThat(path).doesNotExist();
            leaveStaleSocket(path);
        }
    }

    /** As an agent that was killed. */
    private static void leaveStaleSocket(Path path) throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path)).close();
        assertThat(Files.getPosixFilePermissions(path)).isNotEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void withAnAbstractName() throws Exception {
        assumeFalse(version.hasOldEngine(), "abnsz@ came with HAProxy 3.1");
        assumeTrue(Files.isDirectory(Path.of("/proc/net")), "abstract names are Linux's");
        Listener listener = Listener.on("abnsz@spoa-" + UUID.randomUUID());

        assertServes(listener, AgentAddress.parse(listener.toString()));
    }
}
