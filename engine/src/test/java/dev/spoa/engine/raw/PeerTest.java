package dev.spoa.engine.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other tests rely on: that a peer notices what is not as it should be, and says what came. */
class PeerTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final byte[] ACK = PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 3, 1,
            PeerBytes.bytes("02 02 02 03666f6f"));
    private static final byte[] HELLO = PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0,
            PeerBytes.join(PeerBytes.kv("version", Value.of("2.0")),
                    PeerBytes.kv("max-frame-size", new Value.Uint32(256)),
                    PeerBytes.kv("capabilities", Value.of("pipelining"))));

    private ServerSocket server;
    private Socket agent;
    private Peer peer;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        peer = Peer.connect(server.getLocalSocketAddress(), 0, Peer.PATIENCE);
        agent = server.accept();
        agent.setTcpNoDelay(true);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        agent.close();
        server.close();
    }

    private void say(byte[] bytes) throws IOException {
        agent.getOutputStream().write(bytes);
    }

    private byte[] heard(int number) throws IOException {
        return agent.getInputStream().readNBytes(number);
    }

    private static void assertFails(ThrowingCallable call, String... parts) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(call)
                .satisfies(error -> assertThat(error.getMessage()).contains(parts));
    }

    @Test
    void helloIsSentAndItsAnswerRemembered() throws IOException {
        assertThatIllegalStateException().isThrownBy(peer::offer);
        say(HELLO);
        peer.hello(PeerBytes.muxHello());
        assertThat(heard(127)).isEqualTo(PeerBytes.muxHello());
        assertThat(peer.offer().maxFrameSize()).isEqualTo(256);
        assertThat(peer.maxLength()).isEqualTo(256);
        say(PeerBytes.bytes("00000101"));
        assertFails(peer::readFrame, "expected a LENGTH of 256 or less", "257");
    }

    @Test
    void anotherAnswerToHelloIsAFailure() throws IOException {
        say(ACK);
        assertFails(() -> peer.hello(PeerBytes.muxHello()), "expected AGENT_HELLO", "ACK stream 3 frame 1");
        say(PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0, PeerBytes.bytes("07")));
        assertFails(() -> peer.hello(PeerBytes.muxHello()), "expected an AGENT-HELLO", "malformed");
        say(PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 1, 0, new byte[0]));
        assertFails(peer::readHello, "expected stream-id 0, but there came 1");
    }

    @Test
    void malformedFramesAreFailuresThatShowTheirBytes() throws IOException {
        say(PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0, PeerBytes.bytes("07")));
        assertFails(peer::readHello, "byte 11: ", "; there came AGENT-HELLO", "0000000865000000010000" + "07");
        say(PeerBytes.frame(FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0, PeerBytes.bytes("0161")));
        assertFails(() -> peer.expectDisconnect(StatusCode.NORMAL), "byte 13: ", "; there came AGENT-DISCONNECT",
                "0000000966000000010000" + "0161");
        say(PeerBytes.bytes("00000007 67 00000001 f0 f0"));
        assertFails(peer::readFrame, "; there came the frame 0000000767" + "00000001f0f0");
        say(ACK);
        assertThat(peer.readAck(3, 1)).hasSize(1);
        say(PeerBytes.bytes("00000007 67 00000001 f0 f0"));
        assertFails(() -> peer.readToEnd(SHORT), "; there came the frame 0000000767");
    }

    @Test
    void acksAreReadStrictly() throws IOException {
        say(PeerBytes.join(ACK, ACK, ACK));
        assertThat(peer.readAck(3, 1)).containsExactly(new Action.UnsetVar(Scope.TRANSACTION, "foo"));
        assertThat(peer.readAcks(1)).hasSize(1);
        assertFails(() -> peer.readAck(5, 1), "expected stream-id 5, but there came 3");
        say(PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 3, 1, PeerBytes.bytes("02 02")));
        assertFails(peer::readAck, "byte 11: an action cut", "HAProxy stops here");
        say(PeerBytes.frame(FrameType.ACK, 3, 3, 1, new byte[0]));
        assertFails(peer::readAck, "expected flags 1, but there came 3", "flags 00000003");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000006", "80000000"})
    void lengthsThatCannotBeAreFailures(String length) throws IOException {
        say(PeerBytes.bytes(length));
        assertFails(peer::readFrame, "expected a LENGTH of 7 or more", length);
    }

    @Test
    void saysThatNothingCameOrTheEndOrPartOfAFrame() throws IOException {
        assertFails(() -> peer.readFrame(SHORT), "expected a frame, but there came nothing within " + SHORT);
        say(PeerBytes.bytes("0000000767"));
        assertFails(() -> peer.readFrame(SHORT), "nothing within", "behind 0000000767");
        agent.close();
        assertFails(peer::readFrame, "the end of the connection");
        assertFails(peer::readOnce, "expected bytes, but there came the end of the connection");
        assertFails(peer::readBusily, "expected bytes, but there came the end of the connection");
    }

    @Test
    void disconnectIsExpectedWithItsStatusAndTheEndBehindIt() throws IOException {
        byte[] disconnect = PeerBytes.frame(FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0, PeerBytes.join(
                PeerBytes.kv("status-code", new Value.Uint32(4)),
                PeerBytes.kv("message", Value.of(StatusCode.INVALID_FRAME.reason()))));
        say(disconnect);
        assertFails(() -> peer.expectDisconnect(StatusCode.NORMAL), "statusCode=0", "AGENT-DISCONNECT");
        say(PeerBytes.join(disconnect, ACK));
        assertFails(() -> peer.expectDisconnect(StatusCode.INVALID_FRAME), "expected the end of the connection", "ACK");
        say(disconnect);
        agent.shutdownOutput();
        peer.expectDisconnect(StatusCode.INVALID_FRAME);
        peer.expectClosed();
    }

    @Test
    void theEndAndWhatCameBeforeItAreTold() throws IOException {
        assertThat(peer.endsWithin(SHORT)).isFalse();
        assertThat(peer.speaksWithin(SHORT)).isFalse();
        assertThat(peer.endsOrSpeaksWithin(SHORT)).isFalse();
        assertFails(() -> peer.readToEnd(SHORT), "expected the end of the connection within", "no frame");
        say(PeerBytes.join(ACK, ACK));
        assertThat(peer.speaksWithin(Peer.PATIENCE)).isTrue();
        assertThat(peer.endsOrSpeaksWithin(Peer.PATIENCE)).isTrue();
        agent.shutdownOutput();
        assertThat(peer.readToEnd(Peer.PATIENCE)).extracting(Peer.Frame::hex)
                .containsExactly(PeerBytes.hex(ACK), PeerBytes.hex(ACK));
        assertThat(peer.endsWithin(Peer.PATIENCE)).isTrue();
        peer.expectEof();
    }

    @Test
    void anEndInTheMiddleOfAFrameIsAFailure() throws IOException {
        say(PeerBytes.join(ACK, PeerBytes.bytes("00000007 67")));
        agent.shutdownOutput();
        assertFails(() -> peer.readToEnd(Peer.PATIENCE), "after a whole frame", "the beginning of one, 0000000767");
    }

    @Test
    void aResetIsNoEof() throws IOException {
        agent.setSoLinger(true, 0);
        agent.close();
        assertFails(peer::expectEof, "a reset");
        peer.expectClosed();
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> {
            peer.send(ACK);
            peer.send(ACK);
        });
        assertThat(peer.sendWhileOpen(ACK)).isSameAs(peer);
    }

    @Test
    void bytesAreReadAsTheyCome() throws IOException {
        say(PeerBytes.bytes("00000007"));
        assertThat(peer.readBusily()).isEqualTo(PeerBytes.bytes("00000007"));
        assertThat(peer.hasFrame()).isFalse();
        say(PeerBytes.bytes("67 00000001 01 01"));
        assertThat(peer.readBusily()).hasSize(7);
        assertThat(peer.hasFrame()).isTrue();
        assertThat(peer.readFrame().length()).isEqualTo(7);
        say(ACK);
        assertThat(peer.readOnce()).isEqualTo(ACK);
    }

    @Test
    void sendsInPieces() throws IOException {
        AtomicInteger pauses = new AtomicInteger();
        peer.sendInPieces(PeerBytes.bytes("0102030405"), pauses::incrementAndGet, 1, 4);
        assertThat(heard(5)).isEqualTo(PeerBytes.bytes("0102030405"));
        assertThat(pauses).hasValue(2);
        peer.sendHex("06 07").sendNotify(1, 1, "m").sendDisconnect(StatusCode.NORMAL).halfClose();
        assertThat(PeerBytes.hex(agent.getInputStream().readAllBytes()))
                .startsWith("06070000000a0300000001010101" + "6d00")
                .endsWith("066e6f726d616c");
    }

    @Test
    void resetIsSeenByTheAgent() throws IOException {
        peer.reset();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> heard(1)).withMessageContaining("reset");
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        server.close();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Peer.connect(server.getLocalSocketAddress()))
                .withMessageContaining("cannot connect to ");
    }

    @Test
    void framesAreShownReadably() {
        assertThat(Peer.Frame.of(ACK)).hasToString("ACK stream 3 frame 1, 18 bytes: UNSET-VAR txn foo "
                + PeerBytes.hex(ACK));
        assertThat(Peer.Frame.of(PeerBytes.notify(1, 1, PeerBytes.message("m", PeerBytes.arg("s",
                Value.of("x".repeat(300))))))
                .toString()).endsWith("... of 315 bytes");
        assertThat(Peer.Frame.of(HELLO).toString()).startsWith("AGENT-HELLO ");
    }
}
