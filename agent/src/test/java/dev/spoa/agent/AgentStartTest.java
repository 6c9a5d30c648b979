package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.AgentAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that cannot start leaves nothing behind. */
class AgentStartTest {
    @TempDir Path folder;

    private static AgentBuilder builder() {
        return Agent.builder().eventLoops(1).onInline("m", (message, reply) -> {
        });
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static Set<Thread> eventLoopThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("spoa-io"))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void saysWhichPortIsInUseAndLeavesNothingOpen(Transport transport) throws IOException {
        Set<Thread> before = eventLoopThreads();
        Path socket = folder.resolve("agent.sock");
        int openedFirst = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketAddress inUse = taken.getLocalSocketAddress();
            AgentBuilder builder = builder().transport(transport).listen("127.0.0.1:" + openedFirst)
                    .listen("unix@" + socket).listen(inUse);

            assertThatThrownBy(builder::start).isInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith("cannot listen on " + AgentAddress.format(inUse) + ": ")
                    .hasMessageContaining("Address already in use");

            SocketAddress first = new InetSocketAddress(InetAddress.getLoopbackAddress(), openedFirst);
            assertThatThrownBy(() -> Peer.connect(first).close()).isInstanceOf(UncheckedIOException.class);
            assertThat(socket).doesNotExist();
            Agents.until(() -> before.containsAll(eventLoopThreads()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void saysWhyAUnixSocketCannotBeMade(Transport transport) {
        Set<Thread> before = eventLoopThreads();
        Path socket = folder.resolve("no-such-folder").resolve("agent.sock");

        assertThatThrownBy(() -> builder().transport(transport).listen("unix@" + socket).start())
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining("cannot listen on unix@" + socket + ": ")
                .hasMessageContaining("there is no folder " + socket.getParent());
        Agents.until(() -> before.containsAll(eventLoopThreads()));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void refusesAPathThatIsTooLongForASocket(Transport transport) {
        Set<Thread> before = eventLoopThreads();
        String path = folder + "/" + "x".repeat(120);

        assertThatThrownBy(() -> builder().transport(transport).listen("unix@" + path).start())
                .isInstanceOf(UncheckedIOException.class).hasMessage("cannot listen on unix@" + path
                        + ": a unix socket's path has at most 107 bytes, and it has " + path.length());
        Agents.until(() -> before.containsAll(eventLoopThreads()));
    }

    @Test
    void refusesASocketOnWhichAnotherAgentListens() {
        Path socket = folder.resolve("agent.sock");
        try (Agent first = builder().listen("unix@" + socket).start()) {
            assertThatThrownBy(() -> builder().listen("unix@" + socket).start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("cannot listen on unix@" + socket + ": somebody listens on it already");

            assertThat(first.addresses()).containsExactly(UnixDomainSocketAddress.of(socket));
            Peer.mux(UnixDomainSocketAddress.of(socket)).close();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void leavesAFileAloneThatIsNoSocket() throws IOException {
        Path file = Files.writeString(folder.resolve("agent.sock"), "precious");

        assertThatThrownBy(() -> builder().listen("unix@" + file).start()).isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot listen on unix@" + file + ": there is a file of that name that is no socket");

        assertThat(file).hasContent("precious");
    }

    @ParameterizedTest
    @EnumSource
    void usesTheTransportOrSaysThatItIsNotAvailable(Transport transport) {
        AgentBuilder builder = builder().transport(transport).listen("127.0.0.1:0");
        boolean available = switch (transport) {
            case AUTO, NIO -> true;
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
        };
        if (available) {
            try (Agent agent = builder.start(); Peer peer = Peer.mux(agent.addresses().getFirst())) {
                peer.sendNotify(1, 1, "m");
                assertThat(peer.readAck(1, 1)).isEmpty();
            }
        } else {
            assertThatThrownBy(builder::start).isInstanceOf(IllegalStateException.class)
                    .hasMessage("transport " + transport + " is not available here");
        }
    }

    @Test
    void canBeStartedTwiceFromOneBuilder() {
        AgentBuilder builder = builder().listen("127.0.0.1:0");
        try (Agent one = builder.start(); Agent two = builder.start()) {
            assertThat(one.addresses()).doesNotContainAnyElementsOf(two.addresses());
        }
    }
}
