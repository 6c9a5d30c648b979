package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the PROXY protocol, versions 1 and 2, before the first frame. */
class ProxyProtocolTest {
    private static final String V2 = "0d0a0d0a000d0a515549540a";
    private static final String V2_TCP4 = V2 + "2111000cc0000201c000020203e80bb8";

    private static void who(Message message, Reply reply) {
        Notification notify = message.notification();
        reply.set(Scope.TRANSACTION, "peer", notify.peer().toString());
        reply.set(Scope.TRANSACTION, "proxied", notify.proxy().isPresent());
    }

    private static Agent start(boolean required, Duration handshake) {
        return Agent.builder().eventLoops(1).shutdownHook(false).onInline("who", ProxyProtocolTest::who)
                .limits(Limits.builder().handshakeTimeout(handshake).build())
                .listen(Listener.on("127.0.0.1:0").proxyProtocol(required)).start();
    }

    private static Agent start() {
        return start(true, Duration.ofSeconds(30));
    }

    /** Version 1 as text, version 2 as hexadecimal digits. */
    private static byte[] header(String text) {
        return text.startsWith("PROXY") ? (text + "\r\n").getBytes(US_ASCII) : HexFormat.of().parseHex(text);
    }

    private static String peerOf(Peer peer) {
        peer.sendNotify(1, 1, "who");
        return peer.readAck(1, 1).toString();
    }

    @ParameterizedTest
    @CsvSource({"PROXY TCP4 192.0.2.1 192.0.2.2 1000 3000, /192.0.2.1:1000",
        "PROXY TCP6 2001:db8::1 2001:db8::2 1000 3000, /[2001:db8:0:0:0:0:0:1]:1000", V2_TCP4 + ", /192.0.2.1:1000",
        // with a TLV behind the addresses
        V2 + "21110011c0000201c000020203e80bb8" + "ea00020102" + ", /192.0.2.1:1000",
        V2 + "21210024" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "03e80bb8"
                + ", /[2001:db8:0:0:0:0:0:1]:1000"})
    void sayWhoThePeerIs(String header, String expected) {
        try (Agent agent = start(); Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(header(header)).hello(PeerBytes.muxHello());

            assertThat(peerOf(peer)).contains(expected).contains("proxied").contains("true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN", "PROXY UNKNOWN whatever it is", V2 + "20000000",
        V2 + "2011000cc0000201c000020203e80bb8", V2 + "21000000", V2 + "21000004ffffffff"})
    void leaveThePeerAsItIsWhenTheyNameNone(String header) {
        try (Agent agent = start(); Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(header(header)).hello(PeerBytes.muxHello());

            assertThat(peerOf(peer)).contains("/127.0.0.1:").contains("false");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 192.0.2.1 192.0.2.2 1000 3000", V2_TCP4})
    void mayComeByteByByteAndTogetherWithWhatFollows(String header) {
        byte[] bytes = PeerBytes.join(header(header), PeerBytes.muxHello());
        try (Agent agent = start();
                Peer slow = Peer.connect(Agents.addressOf(agent));
                Peer fast = Peer.connect(Agents.addressOf(agent))) {
            slow.sendInPieces(bytes, () -> {}, IntStream.range(1, bytes.length).toArray());
            slow.readHello();
            assertThat(peerOf(slow)).contains("/192.0.2.1:1000");

            fast.send(bytes).readHello();
            assertThat(peerOf(fast)).contains("/192.0.2.1:1000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY", "PROXY TCP4", "PROXY TCP4 192.0.2.1 192.0.2.2 1000 65536",
        "PROXY TCP4 ::1 ::2 1 2",
        "PROXY TCP4 localhost 192.0.2.2 1 2", "PROXY TCP6 192.0.2.1 192.0.2.2 1 2",
        "PROXY UDP4 192.0.2.1 192.0.2.2 1 2",
        "PROXY TCP4 192.0.2.1 192.0.2.2 01 2", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3", V2 + "1111000c", V2 + "2211000c",
        V2 + "2111000b", V2 + "21110ff1", V2 + "21210023"})
    void thatAreWrongEndTheConnection(String header) {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start();
                Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(header(header)).expectClosed();

            assertThat(agent.statistics().rejectedConnections()).isEqualTo(1);
            assertThat(logged.warnings()).singleElement().asString().contains(": not let in: ")
                    .contains("PROXY");
        }
    }

    @Test
    void thatNeverEndAreNotCollected() {
        try (Agent agent = start(); Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(("PROXY UNKNOWN" + " ".repeat(94)).getBytes(US_ASCII)).expectClosed();
        }
    }

    @Test
    void areNeededWhereTheListenerExpectsThem() {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start();
                Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(PeerBytes.muxHello()).expectClosed();

            assertThat(agent.statistics().rejectedConnections()).isEqualTo(1);
            assertThat(logged.warnings()).singleElement().asString().startsWith("/127.0.0.1:")
                    .contains(": not let in: expected a PROXY header first, and it begins with the bytes 000000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 192.0.2.1 192.0.2.2 1000 3000", V2_TCP4})
    void areRefusedWhereTheListenerExpectsNone(String header) {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(false, Duration.ofSeconds(30));
                Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send(header(header)).expectDisconnect(StatusCode.FRAME_TOO_BIG);

            assertThat(logged.warnings()).singleElement().asString().contains("looks like a PROXY header");
        }
    }

    @Test
    void haveToComeWithinTheHandshakeTimeout() {
        try (Logged logged = new Logged(Agent.class);
                Agent agent = start(true, Duration.ofMillis(50));
                Peer peer = Peer.connect(Agents.addressOf(agent))) {
            peer.send("PROXY TCP4".getBytes(US_ASCII)).expectClosed();

            assertThat(logged.warnings()).singleElement().asString()
                    .endsWith("closed, because its PROXY header was not complete within PT0.05S");
        }
    }
}
