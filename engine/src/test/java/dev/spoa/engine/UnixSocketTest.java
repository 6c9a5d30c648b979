package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.failure;
import static dev.spoa.engine.ScriptedAgent.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.raw.PeerBytes;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unix sockets, with the native transport and without. */
class UnixSocketTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectsToAUnixSocket(boolean isEpoll, @TempDir Path dir) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(dir.resolve("agent.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                EngineGroup group = new EngineGroup(1, isEpoll)) {
            server.bind(address);
            CompletableFuture<Engine> engine = Engine.builder().group(group).connectAsync(address);
            try (SocketChannel channel = server.accept()) {
                channel.write(ByteBuffer.wrap(PeerBytes.bytes(ScriptedAgent.HELLO)));
                assertThat(result(engine).offer().version()).isEqualTo("2.0");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysThatThereIsNone(boolean isEpoll, @TempDir Path dir) {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(dir.resolve("none"));
        try (EngineGroup group = new EngineGroup(1, isEpoll)) {
            EngineException failure = failure(Engine.builder().group(group).connectAsync(address));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.getMessage()).startsWith("cannot connect to unix@" + address + ": ")
                    .doesNotContain("java.");
        }
    }
}
