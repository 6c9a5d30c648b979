package dev.spoa.agent.conformance;

import static dev.spoa.agent.conformance.AgentUnderTest.Kind.BLOCKING;
import static dev.spoa.agent.conformance.AgentUnderTest.Kind.INLINE;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Limits;
import dev.spoa.agent.conformance.AgentUnderTest.Held;
import dev.spoa.agent.conformance.AgentUnderTest.Kind;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C38 to C44 and C49: how connections end, and when they do not. */
@ParameterizedClass
@EnumSource
final class EndTest extends EndpointTest {
    private Peer engineWithThreeHeld() {
        Peer engine = engine();
        for (int i = 1; i <= 3; i++) {
            engine.sendNotify(i, 1, "hold", arg("n", Value.of(i)));
        }
        agent.awaitHeld(3);
        return engine;
    }

    private void assertAllGivenUpAndLateResultsIgnored() {
        List<Held> held = agent.awaitHeld(3);
        awaitUntil(() -> held.stream().allMatch(Held::isGivenUp));
        held.forEach(Held::release);
        awaitUntil(() -> agent.statistics().lateResults() == 3);
        assertThat(agent.statistics().lateActions()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(StatusCode.class)
    void c38_disconnectOfAnIdleConnectionIsAnsweredWithStatus0(StatusCode status) {
        start(INLINE);
        Peer engine = engine();
        assertAnswers(engine);
        engine.sendDisconnect(status).expectDisconnect(StatusCode.NORMAL);
        boolean usual = status == StatusCode.NORMAL || status == StatusCode.TIMEOUT;
        assertThat(log.warnings()).hasSize(usual ? 0 : 1);
    }

    @Test
    void c38_disconnectWithoutKeysOrBeforeHelloIsAnsweredToo() {
        start(INLINE);
        engine().sendHex("00000007 02 00000001 00 00").expectDisconnect(StatusCode.NORMAL);
        connect().sendDisconnect(StatusCode.NORMAL).expectDisconnect(StatusCode.NORMAL);
    }

    @ParameterizedTest
    @EnumSource
    void c39_disconnectGivesUpWhatIsPendingAndNoAckFollows(Kind kind) {
        start(kind);
        Peer engine = engineWithThreeHeld();
        long acks = agent.statistics().acks();
        engine.sendDisconnect(StatusCode.NORMAL).expectDisconnect(StatusCode.NORMAL);
        if (kind != BLOCKING) {
            assertThat(agent.awaitHeld(3)).as("stages that are cancelled before the DISCONNECT is sent")
                    .allMatch(Held::isGivenUp);
        }
        assertAllGivenUpAndLateResultsIgnored();
        assertThat(agent.statistics().acks()).isEqualTo(acks);
        engine.expectEof();
    }

    @Test
    void c39_acksThatAreReadyGoOutBeforeTheDisconnect() {
        start(INLINE);
        Peer engine = engine().send(PeerBytes.join(PeerBytes.notify(1, 1, message("echo", arg("a", Value.of(1)))),
                PeerBytes.notify(3, 1, message("who-knows")), PeerBytes.disconnect(StatusCode.NORMAL)));
        assertThat(engine.readAck(1, 1)).containsExactly(set("a", Value.of(1)));
        assertThat(engine.readAck(3, 1)).isEqualTo(error("unknown-message"));
        engine.expectDisconnect(StatusCode.NORMAL);
    }

    @ParameterizedTest
    @EnumSource
    void c40_disconnectAndResetAtOnceIsCleanedUpQuietly(Kind kind) {
        start(kind);
        Peer engine = engineWithThreeHeld();
        engine.sendDisconnect(StatusCode.NORMAL).reset();
        assertAllGivenUpAndLateResultsIgnored();
        awaitOnlyNeighbour();
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void c41_endOfFileWithPendingHandlersIsCleanedUpQuietly(Kind kind) {
        start(kind);
        Peer engine = engineWithThreeHeld();
        engine.halfClose().expectEof();
        assertAllGivenUpAndLateResultsIgnored();
        awaitOnlyNeighbour();
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void c41_resetWithPendingHandlersIsCleanedUpQuietly(Kind kind) {
        start(kind);
        engineWithThreeHeld().reset();
        assertAllGivenUpAndLateResultsIgnored();
        awaitOnlyNeighbour();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c41_endOfFileInTheMiddleOfAFrameIsCleanedUpQuietly() {
        start(INLINE);
        byte[] notify = PeerBytes.notify(1, 1, message("echo"));
        for (int cut = 1; cut < notify.length; cut++) {
            engine().send(Arrays.copyOf(notify, cut)).halfClose().expectEof();
        }
        awaitOnlyNeighbour();
        assertThat(log.warnings()).isEmpty();
    }

    /** Over a million bytes of each ACK wait in vain, so that what the kernel's own buffers hold does not matter. */
    @Test
    void c42_peerThatDoesNotReadIsClosedByTheWriteTimeout() {
        start(BLOCKING, Limits.builder().writeTimeout(Duration.ofMillis(150)));
        Peer engine = opened(Peer.connect(agent.address(), 8_192)).hello(PeerBytes.hello(1_048_572));
        for (int i = 1; i <= 20; i++) {
            engine.sendNotify(i, 1, "big", arg("n", Value.of(1_000_000)));
        }
        awaitUntil(() -> agent.statistics().notifications() >= 2);
        untilRead();
        awaitOnlyNeighbour();
        assertThat(log.warnings()).singleElement().asString().contains("it has taken none of");
    }

    @Test
    void c42_peerThatDoesNotReadIsNotReadFrom() throws InterruptedException {
        start(INLINE, Limits.builder().writeTimeout(Duration.ofMillis(150)).unflushedBytes(65_536));
        Peer engine = opened(Peer.connect(agent.address(), 8_192)).hello(PeerBytes.muxHello());
        int sent = 200_000;
        byte[] notify = PeerBytes.notify(1, 1, message("big", arg("n", Value.of(1_000))));
        byte[][] all = new byte[sent][];
        Arrays.fill(all, notify);
        byte[] flood = PeerBytes.join(all);
        Thread flooding = Thread.ofVirtual().start(() -> engine.sendWhileOpen(flood));
        awaitUntil(() -> {
            untilRead();
            return agent.statistics().connections() == 1;
        });
        flooding.join();
        assertThat(agent.statistics().notifications()).isLessThan(sent / 4);
    }

    @Test
    void c42_aReaderThatComesLateIsServedInFull() {
        start(BLOCKING, Limits.builder().unflushedBytes(65_536));
        Peer engine = opened(Peer.connect(agent.address(), 65_536)).hello(PeerBytes.hello(1_048_572));
        for (int i = 1; i <= 10; i++) {
            engine.sendNotify(i, 1, "big", arg("n", Value.of(600_000)));
        }
        awaitUntil(() -> agent.statistics().notifications() >= 2);
        untilRead();
        List<Peer.Ack> acks = engine.readAcks(10);
        assertThat(acks).extracting(Peer.Ack::streamId).doesNotHaveDuplicates();
        assertThat(acks).allMatch(ack -> ack.actions().equals(List.of(set("big", Value.of("x".repeat(600_000))))));
        assertAnswers(engine);
        assertThat(log.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void c43_closeWaitsForWhatIsPendingThenDisconnects(Kind kind) throws InterruptedException {
        startAlone(kind, builder -> {
        });
        Peer engine = engine().sendNotify(1, 1, "hold", arg("n", Value.of(1)));
        Peer idle = engine();
        Held held = agent.awaitHeld(1).getFirst();
        Thread closing = Thread.ofPlatform().start(agent::close);
        idle.expectDisconnect(StatusCode.NORMAL);
        engine.sendNotify(3, 1, "echo", arg("still", Value.of("answered")));
        assertThat(engine.readAck(3, 1)).containsExactly(set("still", Value.of("answered")));
        assertThat(held.isGivenUp()).isFalse();
        held.release();
        assertThat(engine.readAck(1, 1)).containsExactly(set("held", Value.of(1L)));
        engine.expectDisconnect(StatusCode.NORMAL);
        engine.close();
        idle.close();
        closing.join();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c43_closingAgentTakesNoMoreConnections() throws InterruptedException {
        startAlone(BLOCKING, builder -> {
        });
        SocketAddress address = agent.address();
        Peer engine = engine().sendNotify(1, 1, "hold", arg("n", Value.of(1)));
        Held held = agent.awaitHeld(1).getFirst();
        Peer silent = connect();
        awaitUntil(() -> agent.statistics().connections() == 2);
        Thread closing = Thread.ofPlatform().start(agent::close);
        silent.expectClosed();
        // not at once with NIO: the JDK closes a socket for good only when its selector runs for the next time
        awaitUntil(() -> isRefused(address));
        held.release();
        engine.readAck(1, 1);
        engine.expectDisconnect(StatusCode.NORMAL);
        engine.close();
        closing.join();
        if (address instanceof UnixDomainSocketAddress unix) {
            assertThat(Files.exists(unix.getPath())).isFalse();
        }
    }

    private static boolean isRefused(SocketAddress address) {
        try {
            Peer.connect(address).close();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void c43_whenTheGraceTimeIsOverWhatIsPendingIsGivenUp(Kind kind) throws InterruptedException {
        startAlone(kind, builder -> builder.grace(Duration.ofMillis(50)));
        Peer engine = engineWithThreeHeld();
        Thread closing = Thread.ofPlatform().start(agent::close);
        engine.expectDisconnect(StatusCode.NORMAL);
        engine.close();
        closing.join();
        List<Held> held = agent.awaitHeld(3);
        awaitUntil(() -> held.stream().allMatch(Held::isGivenUp));
    }

    @Test
    void c44_noTimerClosesAConnectionThatIsReady() {
        start(INLINE, Limits.builder().handshakeTimeout(Duration.ofMillis(50)));
        Peer engine = engine();
        connect().expectClosed();
        connect().expectClosed();
        assertAnswers(engine);
    }

    @Test
    void c49_burstOf500ConnectionsIsAnswered() {
        start(INLINE);
        List<Peer> burst = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            burst.add(connect());
        }
        burst.forEach(peer -> peer.send(PeerBytes.muxHello()));
        burst.forEach(Peer::readHello);
        assertThat(agent.statistics().connections()).isEqualTo(501);
        for (int i = 0; i < 500; i++) {
            burst.get(i).sendNotify(i, 1, "echo", arg("i", Value.of(i)));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(burst.get(i).readAck(i, 1)).containsExactly(set("i", Value.of(i)));
        }
    }
}
