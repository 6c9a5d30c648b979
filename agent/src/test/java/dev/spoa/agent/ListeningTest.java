package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineException;
import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.AgentAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.uring.IoUring;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where an agent listens. */
class ListeningTest {
    @TempDir Path folder;

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(AgentAddress.parse("[::1]:0"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertAnswers(SocketAddress address) {
        try (Peer peer = Peer.mux(address)) {
            peer.sendNotify(1, 1, "ok");
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void onSeveralAddressesAtOnce(Transport transport) {
        assumeTrue(transport != Transport.IO_URING || IoUring.isAvailable());
        List<String> wanted = new ArrayList<>(
                List.of("127.0.0.1:0", "unix@" + folder.resolve("one.sock"), "localhost:0",
                        "unix@" + folder.resolve("two.sock")));
        if (hasIpv6()) {
            wanted.add("[::1]:0");
        }
        AgentBuilder builder = Agent.builder().eventLoops(2).shutdownHook(false).transport(transport).on("ok",
                Agents::answer);
        wanted.forEach(builder::listen);
        try (Agent agent = builder.start()) {
            assertThat(agent.addresses()).hasSameSizeAs(wanted).doesNotHaveDuplicates();
            assertThat(agent.addresses().get(1)).isEqualTo(UnixDomainSocketAddress.of(folder.resolve("one.sock")));
            assertThat(agent.addresses().get(3)).isEqualTo(UnixDomainSocketAddress.of(folder.resolve("two.sock")));

            agent.addresses().forEach(ListeningTest::assertAnswers);

            assertThat(agent.statistics().accepted()).isEqualTo(wanted.size());
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void tellsWhichPortItGot() {
        try (Agent agent = Agents.start(builder -> builder.on("ok", Agents::answer))) {
            assertThat(((InetSocketAddress) Agents.addressOf(agent)).getPort()).isPositive();
        }
    }

    @Test
    void onEveryInterface() {
        try (Agent agent = Agent.builder().eventLoops(1).shutdownHook(false).on("ok", Agents::answer).listen("*:0")
                .start()) {
            int port = ((InetSocketAddress) Agents.addressOf(agent)).getPort();
            assertAnswers(AgentAddress.parse("127.0.0.1:" + port));
            if (hasIpv6()) {
                assertAnswers(AgentAddress.parse("[::1]:" + port));
            }
        }
    }

    @Test
    void inPlaceOfASocketThatAProcessLeftBehind() throws IOException {
        Path socket = folder.resolve("agent.sock");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(address);
        }
        assertThat(socket).exists();

        try (Agent agent = Agents.start(builder -> builder.on("ok", Agents::answer).listen(address))) {
            assertThat(agent.addresses()).endsWith(address);
            assertAnswers(address);
        }
    }

    @Test
    void onAUnixSocketWithAModeOfItsOwn() throws IOException {
        Path path = folder.resolve("agent.sock");
        try (Agent agent = Agents.start(builder -> builder.on("ok", Agents::answer)
                .listen(Listener.on("unix@" + path).mode("666")))) {
            assertThat(agent.addresses()).endsWith(UnixDomainSocketAddress.of(path));
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
            assertAnswers(UnixDomainSocketAddress.of(path));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhyItCannotGiveASocketItsOwner() {
        Listener listener = Listener.on("unix@" + folder.resolve("agent.sock")).owner("no-such-user");

        assertThatThrownBy(() -> Agents.start(builder -> builder.listen(listener)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot listen on " + listener + ": there is no user \"no-such-user\"");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void onAnAbstractName() {
        assumeTrue(Epoll.isAvailable());
        String address = "abnsz@spoa-" + UUID.randomUUID();
        try (Agent agent = Agents.start(builder -> builder.on("ok", Agents::answer).listen(address));
                Engine engine = Engine.builder().connect(address)) {
            assertThat(agent.addresses().getLast()).hasToString(address);
            assertThat(engine.notify("ok").join().actions()).containsExactly(Agents.answerOf("ok"));
            assertThatThrownBy(() -> Engine.builder().connect(address + "x"))
                    .isInstanceOf(EngineException.class);
        }
    }

    @Test
    void onNoAbstractNameWithoutATransportThatHasThem() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Agents.start(builder -> builder.transport(Transport.NIO).listen("abnsz@agent")))
                .withMessage("the transport NIO has no abstract names, and so cannot listen on abnsz@agent");
    }

    @Test
    void onNoDescriptorThatIsNoListeningSocket() throws IOException {
        assumeTrue(Epoll.isAvailable());
        Path file = Files.createFile(folder.resolve("file"));
        try (FileInputStream open = new FileInputStream(file.toFile())) {
            int descriptor = descriptorOf(file);
            assertThat(open.available()).isZero();
            assertRefused("fd@" + descriptor, "descriptor " + descriptor + " is no socket");
        }
        assertRefused("fd@999999", "descriptor 999999 is not open");
    }

    /** Its peers are in no network, so all would be rejected. */
    @Test
    void onNoInheritedUnixSocketWithAllowedNetworks() throws IOException {
        assumeTrue(Epoll.isAvailable());
        Socket socket = Socket.newSocketDomain();
        try {
            socket.bind(new DomainSocketAddress(folder.resolve("inherited.sock").toString()));
            socket.listen(1);
            Listener listener = Listener.on("fd@" + socket.intValue()).allow("127.0.0.0/8");

            assertThatIllegalStateException()
                    .isThrownBy(() -> Agents.start(builder -> builder.listen(listener)).close())
                    .withMessage("only TCP peers have a network, and " + listener + " is a unix socket");
            assertThat(InheritedSocket.of(socket.intValue()).isUnix()).as("still open").isTrue();
        } finally {
            socket.close();
        }
    }

    private static void assertRefused(String address, String why) {
        assertThatThrownBy(() -> Agents.start(builder -> builder.listen(address)))
                .isInstanceOf(UncheckedIOException.class).hasMessage("cannot listen on " + address + ": " + why);
    }

    private static int descriptorOf(Path file) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(link -> isLinkTo(link, file)).mapToInt(
                    link -> Integer.parseInt(link.getFileName().toString())).findFirst().orElseThrow();
        }
    }

    private static boolean isLinkTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void servesItsConnectionsOnAllEventLoops() {
        List<String> threads = new CopyOnWriteArrayList<>();
        try (Agent agent = Agent.builder().eventLoops(3).shutdownHook(false).listen("127.0.0.1:0")
                .onInline("m", (message, reply) -> threads.add(Thread.currentThread().getName())).start()) {
            for (int i = 0; i < 12; i++) {
                try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
                    peer.sendNotify(1, 1, "m");
                    peer.readAck(1, 1);
                }
            }
        }
        assertThat(threads.stream().distinct()).hasSize(3);
    }

    @Test
    void saysWhereAndHow() {
        try (Logged logged = new Logged(Agent.class)) {
            Agent agent = Agents.start(builder -> builder.transport(Transport.NIO));
            String addresses = agent.addresses().toString();
            agent.close();

            assertThat(logged.lines()).containsExactly("listening on " + addresses + " by NIO",
                    "closed " + addresses);
        }
    }
}
