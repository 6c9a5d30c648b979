package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames in the records of TLS, and the end of a connection. */
@ParameterizedClass
@ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
class TlsTrafficTest {
    /** More than three records hold. */
    private static final int LARGE = 60_000;

    @Parameter private String protocol;

    @TempDir Path folder;
    private final Gate gate = new Gate();
    private Tls tls;
    private SSLContext client;

    @BeforeEach
    void writeCertificates() throws Exception {
        CertificateFiles files = CertificateFiles.in(folder);
        tls = files.tls();
        client = files.client();
    }

    private Agent start(HandlerKind kind) {
        return gate.register(Agent.builder(), kind, "wait").eventLoops(1).shutdownHook(false)
                .onInline("ok", Agents::answer)
                .onInline("large", (message, reply) -> reply.set(Scope.TRANSACTION, "large", "x".repeat(LARGE)))
                .listen(Listener.on("127.0.0.1:0").tls(tls)).start();
    }

    private TlsPeer connect(Agent agent) throws IOException {
        return TlsPeer.connect(agent, client, protocol);
    }

    private static byte[] notify(int frameId, String message) {
        return PeerBytes.notify(1, frameId, PeerBytes.message(message));
    }

    private static void assertAck(TlsPeer peer, int frameId) throws IOException {
        Peer.Frame frame = Peer.Frame.of(peer.read());
        assertThat(frame.header().type()).isEqualTo(FrameType.ACK.code());
        assertThat(frame.header().frameId()).isEqualTo(frameId);
    }

    private static void assertDisconnect(TlsPeer peer) throws IOException {
        Peer.Frame frame = Peer.Frame.of(peer.read());
        assertThat(frame.header().type()).isEqualTo(FrameType.AGENT_DISCONNECT.code());
        assertThat(Disconnect.read(frame.payload()).statusCode()).isEqualTo(StatusCode.NORMAL.code());
    }

    private static void sendCut(TlsPeer peer, byte[] bytes, int cut) throws IOException {
        peer.send(Arrays.copyOf(bytes, cut)).send(Arrays.copyOfRange(bytes, cut, bytes.length));
    }

    @Test
    void framesMayBeCutIntoRecordsAtEveryByte() throws Exception {
        byte[] hello = PeerBytes.muxHello();
        try (Agent agent = start(HandlerKind.BLOCKING); TlsPeer peer = connect(agent)) {
            for (byte each : hello) {
                peer.send(new byte[] {each});
            }
            assertThat(Peer.Frame.of(peer.read()).header().type()).isEqualTo(FrameType.AGENT_HELLO.code());
            int length = notify(1, "ok").length;
            for (int cut = 1; cut < length; cut++) {
                sendCut(peer, notify(cut, "ok"), cut);
                assertAck(peer, cut);
            }
            assertThat(peer.socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(agent.statistics().protocolErrors()).isZero();
        }
    }

    @Test
    void aRecordMayHoldSeveralFramesAndPartOfOne() throws Exception {
        byte[][] frames = IntStream.rangeClosed(1, 50).mapToObj(frameId -> notify(frameId, "ok"))
                .toArray(byte[][]::new);
        byte[] all = PeerBytes.join(frames);
        int length = frames[0].length;
        try (Agent agent = start(HandlerKind.BLOCKING); TlsPeer peer = connect(agent)) {
            peer.exchange(PeerBytes.muxHello());
            for (int cut = 25 * length; cut <= 26 * length; cut++) {
                sendCut(peer, all, cut);
                for (int frameId = 1; frameId <= frames.length; frameId++) {
                    assertAck(peer, frameId);
                }
            }
        }
    }

    @Test
    void repliesMayBeLargerThanARecordAndTheConnectionEndsInOrder() throws Exception {
        try (Agent agent = start(HandlerKind.BLOCKING); TlsPeer peer = connect(agent)) {
            peer.exchange(PeerBytes.hello(1_000_000));
            for (int i = 0; i < 20; i++) {
                assertThat(peer.exchange(notify(i + 1, "large"))).hasSizeGreaterThan(LARGE).endsWith("xxx");
            }
            peer.send(PeerBytes.disconnect(StatusCode.NORMAL));
            assertDisconnect(peer);
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void anAgentThatClosesFinishesWhatIsInFlightAndEndsInOrder(HandlerKind kind) throws Exception {
        Agent agent = start(kind);
        try (TlsPeer peer = connect(agent)) {
            peer.exchange(PeerBytes.muxHello());
            peer.send(notify(1, "wait"));
            Gate.Call call = gate.await(1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> agent.close(Duration.ofMinutes(10)));
            Agents.awaitRefusal(Agents.addressOf(agent));

            peer.send(notify(2, "ok"));
            assertAck(peer, 2);
            assertThat(closing).isNotDone();
            call.release();
            assertAck(peer, 1);
            assertDisconnect(peer);
            assertThat(peer.isAtEnd()).isTrue();

            peer.socket.close();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(agent.statistics().lateResults()).isZero();
        }
    }

    @Test
    void anAgentWhoseGraceTimeIsOverEndsInOrderToo() throws Exception {
        Agent agent = start(HandlerKind.BLOCKING);
        try (TlsPeer peer = connect(agent)) {
            peer.exchange(PeerBytes.muxHello());
            peer.send(notify(1, "wait"));
            Gate.Call call = gate.await(1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> agent.close(Duration.ofMillis(50)));

            assertDisconnect(peer);
            assertThat(peer.isAtEnd()).isTrue();
            Agents.until(call::isGivenUp);
            peer.socket.close();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(agent.statistics().acks()).isZero();
        }
    }

    /** It ends TLS, and leaves the connection below open. */
    @Test
    void aPeerThatSaysNothingMoreIsClosedAndWhatItWaitedForGivenUp() throws Exception {
        try (Agent agent = start(HandlerKind.BLOCKING)) {
            InetSocketAddress address = (InetSocketAddress) Agents.addressOf(agent);
            try (Socket below = new Socket(address.getAddress(), address.getPort());
                    TlsPeer peer = TlsPeer.above(below, client, protocol)) {
                peer.exchange(PeerBytes.muxHello());
                peer.send(notify(1, "wait"));
                Gate.Call call = gate.await(1);
                peer.socket.shutdownOutput();
                assertThat(below.isOutputShutdown()).isFalse();

                Agents.until(call::isGivenUp);
                Agents.until(() -> agent.statistics().connections() == 0);
            }
        }
    }

    /** As an engine does that is stopped right behind its last NOTIFYs. In TLS 1.2 the end takes pending writes with it. */
    @Test
    void whatCameInOneSegmentWithTheEndIsAnsweredWhereThatIsPossible() throws Exception {
        try (Agent agent = start(HandlerKind.BLOCKING);
                HeldSocket below = new HeldSocket(Agents.addressOf(agent));
                TlsPeer peer = TlsPeer.above(below, client, protocol)) {
            peer.exchange(PeerBytes.muxHello());
            below.hold();
            peer.send(notify(1, "ok")).send(notify(2, "ok"));
            peer.socket.shutdownOutput();
            below.release();

            if (protocol.equals("TLSv1.3")) {
                assertAck(peer, 1);
                assertAck(peer, 2);
            }
            assertThat(peer.isAtEnd()).isTrue();
            Agents.until(() -> agent.statistics().connections() == 0);
            assertThat(agent.statistics().notifications()).isEqualTo(2);
        }
    }
}
