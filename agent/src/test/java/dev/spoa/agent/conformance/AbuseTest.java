package dev.spoa.agent.conformance;

import static dev.spoa.agent.conformance.AgentUnderTest.Kind.BLOCKING;
import static dev.spoa.agent.conformance.AgentUnderTest.Kind.INLINE;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.kv;
import static dev.spoa.engine.raw.PeerBytes.message;
import static dev.spoa.protocol.StatusCode.BAD_MAX_FRAME_SIZE;
import static dev.spoa.protocol.StatusCode.CAPABILITIES_NOT_FOUND;
import static dev.spoa.protocol.StatusCode.FRAGMENTATION_NOT_SUPPORTED;
import static dev.spoa.protocol.StatusCode.FRAME_TOO_BIG;
import static dev.spoa.protocol.StatusCode.INVALID_FRAME;
import static dev.spoa.protocol.StatusCode.MAX_FRAME_SIZE_NOT_FOUND;
import static dev.spoa.protocol.StatusCode.NORMAL;
import static dev.spoa.protocol.StatusCode.UNSUPPORTED_VERSION;
import static dev.spoa.protocol.StatusCode.VERSION_NOT_FOUND;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Limits;
import dev.spoa.agent.conformance.AgentUnderTest.Held;
import dev.spoa.agent.conformance.AgentUnderTest.Kind;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A01 to A27, without those about fragments ({@link FragmentsTest}): engines that do not follow the protocol. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIX_NIO")
final class AbuseTest extends EndpointTest {
    private static final byte[] VERSIONS = kv("supported-versions", Value.of("2.0"));
    private static final byte[] SIZE = kv("max-frame-size", new Value.Uint32(PeerBytes.MAX_FRAME_SIZE));
    private static final byte[] CAPABILITIES = kv("capabilities", Value.of("pipelining"));

    private void assertRefused(byte[] instead, StatusCode status) {
        Peer engine = connect().send(instead);
        engine.expectDisconnect(status);
        engine.close();
    }

    private void assertHelloRefused(StatusCode status, byte[]... pairs) {
        assertRefused(PeerBytes.hello(pairs), status);
    }

    private void assertRefusedAfterHello(byte[] bytes, StatusCode status) {
        Peer engine = engine().send(bytes);
        engine.expectDisconnect(status);
        engine.close();
        assertThat(agent.handled()).isEmpty();
    }

    /** Refused in a NOTIFY of its own, behind a good message, and with more arguments behind it. */
    private void assertPayloadRefused(String payload) {
        byte[] bytes = PeerBytes.bytes(payload);
        assertRefusedAfterHello(notify(bytes), INVALID_FRAME);
        assertRefusedAfterHello(notify(PeerBytes.join(message("echo", arg("a", Value.of(1))), bytes)), INVALID_FRAME);
    }

    private static byte[] notify(byte[] payload) {
        return PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, 1, 1, payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void a01_a02_lengthBelowSevenIsRefused(int length) {
        start(INLINE);
        byte[] frame = PeerBytes.join(new byte[] {0, 0, 0, (byte) length}, new byte[length]);
        assertRefused(frame, INVALID_FRAME);
        assertRefusedAfterHello(frame, INVALID_FRAME);
        assertRefusedAfterHello(PeerBytes.join(frame, PeerBytes.notify(1, 1, message("echo"))), INVALID_FRAME);
        Peer checker = connect().hello(PeerBytes.healthCheck()).send(frame);
        checker.expectDisconnect(INVALID_FRAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00003ffd", "ffffffff", "80000000", "7fffffff", "00100001"})
    void a03_lengthAboveMaxFrameSizeIsRefusedBeforeTheBodyComes(String length) {
        start(INLINE);
        assertRefusedAfterHello(PeerBytes.bytes(length), FRAME_TOO_BIG);
        assertRefusedAfterHello(PeerBytes.bytes(length + "03 00000001"), FRAME_TOO_BIG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00004001", "ffffffff", "80000000", "7fffffff", "00100001"})
    void a03_beforeHelloTheLimitIsTheAgentsOwn(String length) {
        start(INLINE);
        assertRefused(PeerBytes.bytes(length), FRAME_TOO_BIG);
    }

    @Test
    void a03_aBodyThatComesAllTheSameIsNotRead() {
        start(INLINE);
        Peer engine = engine().sendHex("00100001").sendWhileOpen(new byte[1_048_577]);
        engine.expectDisconnect(FRAME_TOO_BIG);
    }

    @Test
    void a04_otherProtocolsAreClosed() {
        start(INLINE);
        List<byte[]> others = List.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII),
                "SSH-2.0-OpenSSH_9.6\r\n".getBytes(US_ASCII), PeerBytes.bytes("16030100c4010000c00303"),
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".getBytes(US_ASCII));
        for (byte[] other : others) {
            assertRefused(other, FRAME_TOO_BIG);
        }
    }

    @Test
    void a05_onlyHelloMayComeFirst() {
        start(INLINE);
        assertRefused(PeerBytes.notify(1, 1, message("echo")), INVALID_FRAME);
        assertRefused(PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN, 1, 1, new byte[0]), INVALID_FRAME);
        assertRefused(PeerBytes.frame(50, FrameHeader.FIN, 0, 0, new byte[0]), INVALID_FRAME);
        assertThat(agent.handled()).isEmpty();
    }

    @Test
    void a06_secondHelloIsRefused() {
        start(INLINE);
        assertRefusedAfterHello(PeerBytes.muxHello(), INVALID_FRAME);
        assertRefusedAfterHello(PeerBytes.healthCheck(), INVALID_FRAME);
        Peer checker = connect().hello(PeerBytes.healthCheck()).send(PeerBytes.healthCheck());
        checker.expectDisconnect(INVALID_FRAME);
    }

    @Test
    void notifyAfterAHealthCheckIsRefused() {
        start(INLINE);
        Peer checker = connect().hello(PeerBytes.healthCheck()).send(PeerBytes.notify(1, 1, message("echo")));
        checker.expectDisconnect(INVALID_FRAME);
        assertThat(agent.handled()).isEmpty();
    }

    @Test
    void a07_helloWithoutFinIsRefused() {
        start(INLINE);
        assertRefused(PeerBytes.frame(FrameType.HAPROXY_HELLO, 0, 0, 0, PeerBytes.join(VERSIONS, SIZE, CAPABILITIES)),
                FRAGMENTATION_NOT_SUPPORTED);
    }

    @Test
    void a08_helloWithIdsIsRefused() {
        start(INLINE);
        byte[] payload = PeerBytes.join(VERSIONS, SIZE, CAPABILITIES);
        assertRefused(PeerBytes.frame(FrameType.HAPROXY_HELLO, FrameHeader.FIN, 1, 0, payload), INVALID_FRAME);
        assertRefused(PeerBytes.frame(FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 1, payload), INVALID_FRAME);
        assertRefused(PeerBytes.frame(FrameType.HAPROXY_HELLO, FrameHeader.FIN, -1, -1, payload), INVALID_FRAME);
    }

    @Test
    void a09_helloWithoutOneOfItsKeysIsRefused() {
        start(INLINE);
        assertHelloRefused(VERSION_NOT_FOUND, SIZE, CAPABILITIES);
        assertHelloRefused(MAX_FRAME_SIZE_NOT_FOUND, VERSIONS, CAPABILITIES);
        assertHelloRefused(CAPABILITIES_NOT_FOUND, VERSIONS, SIZE);
        assertHelloRefused(VERSION_NOT_FOUND);
        assertHelloRefused(VERSION_NOT_FOUND, SIZE, CAPABILITIES, kv("supported-version", Value.of("2.0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "3.0", "", "2", "2.", ".0", "2.1", "1.0,3.0", "20.0", "2.0.0", "2,0"})
    void a10_otherVersionsAreRefused(String versions) {
        start(INLINE);
        assertHelloRefused(UNSUPPORTED_VERSION, kv("supported-versions", Value.of(versions)), SIZE, CAPABILITIES);
    }

    @Test
    void a11_mistypedKeysAreRefused() {
        start(INLINE);
        assertHelloRefused(INVALID_FRAME, kv("supported-versions", Value.of(2)), SIZE, CAPABILITIES);
        assertHelloRefused(INVALID_FRAME, VERSIONS, kv("max-frame-size", Value.of("16380")), CAPABILITIES);
        assertHelloRefused(INVALID_FRAME, VERSIONS, kv("max-frame-size", Value.NULL), CAPABILITIES);
        assertHelloRefused(INVALID_FRAME, VERSIONS, SIZE, kv("capabilities", Value.TRUE));
        assertHelloRefused(INVALID_FRAME, VERSIONS, SIZE, CAPABILITIES, kv("healthcheck", Value.of("true")));
        assertHelloRefused(INVALID_FRAME, VERSIONS, SIZE, CAPABILITIES, kv("engine-id", Value.of(1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 255})
    void a12_maxFrameSizeBelow256IsRefused(long size) {
        start(INLINE);
        assertHelloRefused(BAD_MAX_FRAME_SIZE, VERSIONS, kv("max-frame-size", new Value.Uint32(size)), CAPABILITIES);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void a12_hugeMaxFrameSizeIsClampedToTheAgentsOwn(long size) {
        start(INLINE);
        Peer engine = connect().send(PeerBytes.hello(size));
        assertThat(engine.readHello().maxFrameSize()).isEqualTo(Limits.defaults().frameSize());
        assertAnswers(engine);
    }

    @Test
    void a13_varintCutByTheEndOfTheFrameIsRefused() {
        start(INLINE);
        assertPayloadRefused("f0");
        assertPayloadRefused("01 6d 01 f0 80");
        assertPayloadRefused("01 6d 01 01 61 04");
        assertPayloadRefused("01 6d 01 01 61 04 f0");
        assertPayloadRefused("01 6d 01 01 61 04 ff f0 fe fe fe fe fe fe fe");
        assertPayloadRefused("01 6d 01 01 61 08 ff");
        assertRefusedAfterHello(PeerBytes.bytes("00000007 03 00000001 f0 f0"), INVALID_FRAME);
        assertRefusedAfterHello(PeerBytes.bytes("00000007 03 00000001 01 f0"), INVALID_FRAME);
        assertRefused(PeerBytes.bytes("00000007 01 00000001 00 f0"), INVALID_FRAME);
        assertHelloRefused(INVALID_FRAME, PeerBytes.bytes("f0"));
    }

    @Test
    void a14_varintAbove64BitsIsRefused() {
        start(INLINE);
        for (String varint : List.of("ff f0 fe fe fe fe fe fe fe 0f", "ff ff ff ff ff ff ff ff ff ff 00",
                "f0 80 80 80 80 80 80 80 80 80 80 00", "ff".repeat(200))) {
            assertPayloadRefused(varint + "00 00");
            assertPayloadRefused("01 6d 01" + varint + "00 00");
            assertPayloadRefused("01 6d 01 01 61 02" + varint);
            assertPayloadRefused("01 6d 01 01 61 05" + varint);
            assertPayloadRefused("01 6d 01 01 61 08" + varint);
            byte[] id = PeerBytes.bytes(varint);
            byte[] header = PeerBytes.bytes("03 00000001");
            byte[] length = {0, 0, 0, (byte) (header.length + id.length + 1)};
            assertRefusedAfterHello(PeerBytes.join(length, header, id, new byte[1]), INVALID_FRAME);
            assertRefusedAfterHello(PeerBytes.join(length, header, new byte[1], id), INVALID_FRAME);
            assertHelloRefused(INVALID_FRAME, VERSIONS,
                    PeerBytes.bytes("0e 6d61782d6672616d652d73697a65 03" + varint), CAPABILITIES);
        }
    }

    @Test
    void a15_stringLongerThanTheRestOfTheFrameIsRefused() {
        start(INLINE);
        for (long length : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1, -2, 1L << 32, (1L << 32) + 1,
            Integer.MAX_VALUE, 3}) {
            String varint = PeerBytes.hex(PeerBytes.varint(length));
            assertPayloadRefused(varint + "6d 00");
            assertPayloadRefused("01 6d 01" + varint + "61 00");
            assertPayloadRefused("01 6d 01 01 61 08" + varint + "78 79");
            assertPayloadRefused("01 6d 01 01 61 09" + varint + "78 79");
            assertHelloRefused(INVALID_FRAME, PeerBytes.bytes(varint + "61 00"));
        }
    }

    @Test
    void a16_emptyKeyIsRefused() {
        start(INLINE);
        assertHelloRefused(INVALID_FRAME, VERSIONS, SIZE, CAPABILITIES, kv("", Value.NULL));
        assertRefusedAfterHello(
                PeerBytes.frame(FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0, kv("", Value.of(0))),
                INVALID_FRAME);
    }

    @Test
    void malformedDisconnectIsRefused() {
        start(INLINE);
        for (byte[] payload : List.of(kv("status-code", Value.of("0")), kv("message", Value.of(0)),
                PeerBytes.bytes("0b 73"), PeerBytes.bytes("01 61 0f"))) {
            assertRefusedAfterHello(
                    PeerBytes.frame(FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0, payload), INVALID_FRAME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0a", "0b", "0c", "0d", "0e", "0f", "1a", "ff"})
    void a17_reservedTypesAreRefused(String type) {
        start(INLINE);
        assertPayloadRefused("01 6d 01 01 61" + type);
        assertPayloadRefused("01 6d 02 01 61" + type + "01 62 00");
        assertHelloRefused(INVALID_FRAME, VERSIONS, SIZE, CAPABILITIES, PeerBytes.bytes("01 78" + type));
    }

    @Test
    void a18_fewerArgumentsThanAnnouncedAreRefused() {
        start(INLINE);
        assertPayloadRefused("01 6d 01");
        assertPayloadRefused("01 6d 02 01 61 00");
        assertPayloadRefused("01 6d ff 01 61 00");
        assertPayloadRefused("01 6d 01 01 61");
        assertPayloadRefused("01 6d 01 01 61 06 c0 00 02");
        assertPayloadRefused("01 6d 01 01 61 07" + "00".repeat(15));
    }

    @Test
    void a19_bytesBehindTheLastArgumentThatAreNoMessageAreRefused() {
        start(INLINE);
        assertPayloadRefused("00");
        assertPayloadRefused("01 78");
        assertPayloadRefused("01 6d 01 01 61 00 00");
        assertPayloadRefused("01 6d 00 05 65 63 68");
    }

    @Test
    void a24_framesOfAnAgentAreRefused() {
        start(INLINE);
        for (FrameType type : List.of(FrameType.AGENT_HELLO, FrameType.AGENT_DISCONNECT, FrameType.ACK)) {
            byte[] frame = PeerBytes.frame(type, FrameHeader.FIN, 0, 0, new byte[0]);
            assertRefused(frame, INVALID_FRAME);
            assertRefusedAfterHello(frame, INVALID_FRAME);
        }
    }

    @Test
    void a25_helloThatIsNotCompleteInTimeIsClosed() {
        start(INLINE, Limits.builder().handshakeTimeout(Duration.ofMillis(150)));
        byte[] hello = PeerBytes.muxHello();
        List<Peer> slow = List.of(connect(), connect().send(Arrays.copyOf(hello, 3)),
                connect().send(Arrays.copyOf(hello, hello.length - 1)), connect().hello(PeerBytes.healthCheck()));
        slow.forEach(Peer::expectClosed);
        assertThat(log.warnings()).singleElement().asString().contains("its HELLO was not complete within PT0.15S");
    }

    @Test
    void a25_bytesThatTrickleInDoNotProlongTheTime() {
        start(INLINE, Limits.builder().handshakeTimeout(Duration.ofMillis(150)));
        Peer engine = connect();
        int sent = 0;
        byte[] hello = PeerBytes.muxHello();
        while (!engine.endsWithin(Duration.ofMillis(10))) {
            assertThat(sent).as("bytes of a HELLO that took ten times too long").isLessThan(hello.length - 1);
            engine.sendWhileOpen(new byte[] {hello[sent++]});
        }
    }

    @Test
    void connectionsWithoutHelloAreLimited() {
        start(INLINE, Limits.builder().connectionsWithoutHello(3));
        List<Peer> silent = List.of(connect(), connect(), connect());
        awaitUntil(() -> agent.statistics().connections() == 4);
        connect().expectClosed();
        silent.getFirst().hello(PeerBytes.muxHello());
        Peer next = connect().hello(PeerBytes.muxHello());
        assertAnswers(next);
        silent.get(1).close();
        silent.get(2).close();
        awaitUntil(() -> agent.statistics().connections() == 3);
        assertThat(agent.statistics().refusedConnections()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            assertRefused(new byte[4], INVALID_FRAME);
        }
        engine();
    }

    @Test
    void connectionsAreLimited() {
        start(INLINE, Limits.builder().connections(3));
        Peer first = engine();
        engine();
        connect().expectClosed();
        first.close();
        awaitUntil(() -> agent.statistics().connections() == 2);
        assertAnswers(engine());
        assertThat(agent.statistics().refusedConnections()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void a26_eachOfThousandsOfNotifiesIsAnsweredOnce(Kind kind) {
        start(kind, Limits.builder().notificationsPerConnection(20));
        int number = 2_000;
        Peer engine = engine().send(holds(number));
        Set<Long> answered = new HashSet<>();
        for (Peer.Ack ack : engine.readAcks(number - 20)) {
            assertThat(answered.add(ack.streamId())).as("first answer of %s", ack).isTrue();
            assertThat(ack.actions()).isEqualTo(error("overload"));
        }
        List<Held> held = agent.awaitHeld(20);
        assertThat(held).hasSize(20);
        assertThat(agent.statistics().inFlight()).isEqualTo(21);
        held.forEach(Held::release);
        for (Peer.Ack ack : engine.readAcks(20)) {
            assertThat(answered.add(ack.streamId())).as("first answer of %s", ack).isTrue();
            assertThat(ack.actions()).hasSize(1).doesNotContainAnyElementsOf(error("overload"));
        }
        assertThat(answered).hasSize(number);
        assertThat(agent.statistics().failures()).containsEntry(FailureKind.OVERLOAD, number - 20L);
        assertAnswers(engine);
    }

    @ParameterizedTest
    @EnumSource
    void a26_disconnectAndEndOfFileAreSeenWhileTheLimitIsReached(Kind kind) {
        start(kind, Limits.builder().notificationsPerConnection(20));
        Peer engine = engine().send(holds(500));
        engine.readAcks(480);
        agent.awaitHeld(20);
        engine.sendDisconnect(NORMAL).expectDisconnect(NORMAL);
        Peer other = engine().send(holds(500));
        other.readAcks(480);
        List<Held> held = agent.awaitHeld(40);
        other.halfClose().expectEof();
        awaitUntil(() -> held.stream().allMatch(Held::isGivenUp));
    }

    @Test
    void a26_theLimitsOfTheAgentAndOfAMessageHoldToo() {
        start(BLOCKING, builder -> builder
                .limits(Limits.builder().notifications(31).notificationsPerMessage(31).build()).inFlight("hold", 10));
        Peer engine = engine().send(holds(100));
        engine.readAcks(90);
        assertThat(engine().send(holds(100)).readAcks(100)).allMatch(ack -> ack.actions().equals(error("overload")));
        assertThat(agent.awaitHeld(10)).hasSize(10).allMatch(held -> held.streamId() <= 10);
        Peer sleeper = engine();
        for (int i = 0; i < 30; i++) {
            sleeper.sendNotify(i, 1, "sleep", arg("ms", Value.of(60_000)));
        }
        assertThat(sleeper.readAcks(10)).allMatch(ack -> ack.actions().equals(error("overload")));
        sleeper.close();
        agent.awaitHeld(10).forEach(Held::release);
        engine.readAcks(10);
        awaitUntil(() -> agent.statistics().inFlight() == 1);
        engine.send(holds(11));
        assertThat(engine.readAck(11, 1)).isEqualTo(error("overload"));
        List<Held> again = agent.awaitHeld(20);
        assertThat(again).hasSize(20);
        again.forEach(Held::release);
        engine.readAcks(10);
    }

    private static byte[] holds(int number) {
        return PeerBytes.join(IntStream.rangeClosed(1, number)
                .mapToObj(i -> PeerBytes.notify(i, 1, message("hold", arg("n", Value.of(i))))).toArray(byte[][]::new));
    }

    @Test
    void a27_bytesBehindADisconnectAreIgnored() {
        start(INLINE);
        byte[] notify = PeerBytes.notify(1, 1, message("echo"));
        for (byte[] more : List.of(notify, new byte[4], PeerBytes.bytes("ffffffff"), PeerBytes.disconnect(NORMAL),
                new byte[100_000])) {
            Peer engine = engine().sendWhileOpen(PeerBytes.join(PeerBytes.disconnect(NORMAL), more));
            engine.expectDisconnect(NORMAL);
            engine.sendWhileOpen(more).close();
        }
        assertThat(agent.handled()).isEmpty();
        assertThat(agent.statistics().protocolErrors()).isZero();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void whatIsReadyIsSentBeforeTheConnectionIsRefused() {
        start(INLINE);
        Peer engine = engine()
                .send(PeerBytes.join(PeerBytes.notify(1, 1, message("echo", arg("a", Value.of(1)))), new byte[4]));
        assertThat(engine.readAck(1, 1)).containsExactly(set("a", Value.of(1)));
        engine.expectDisconnect(INVALID_FRAME);
    }

    @Test
    void pendingHandlersAreGivenUpWhenTheConnectionIsRefused() {
        start(BLOCKING);
        Peer engine = engine().sendNotify(1, 1, "hold", arg("n", Value.of(1)));
        Held held = agent.awaitHeld(1).getFirst();
        engine.send(new byte[4]).expectDisconnect(INVALID_FRAME);
        awaitUntil(held::isGivenUp);
    }

    @Test
    void errorsOfTheSameKindAreLoggedOnceAndAllCounted() {
        start(INLINE);
        for (int i = 0; i < 20; i++) {
            assertRefused(new byte[4], INVALID_FRAME);
        }
        assertThat(log.warnings()).singleElement().asString()
                .startsWith(endpoint.isUnix() ? "unix socket: " : "/127.0.0.1:")
                .contains("frame length 0 is below 7", "status 4, closed");
        assertThat(agent.statistics().protocolErrors()).isEqualTo(20);
    }
}
