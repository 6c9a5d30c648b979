package dev.spoa.agent.conformance;

import static dev.spoa.agent.conformance.AgentUnderTest.Kind.BLOCKING;
import static dev.spoa.agent.conformance.AgentUnderTest.Kind.INLINE;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Limits;
import dev.spoa.agent.conformance.AgentUnderTest.Kind;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C45, C46, A20 to A23: fragmented NOTIFYs, which HAProxy up to 3.0 sends. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIX_NIO")
final class FragmentsTest extends EndpointTest {
    private static final int MORE = 0;
    private static final byte[] NOTHING = {};
    private static final byte[] PAYLOAD =
            PeerBytes.join(message("echo", arg("first", Value.of("a string")), arg("2", Value.of(-2))),
                    message("echo", arg("last", Value.of(new byte[300]))));

    private static byte[] begin(long streamId, byte[] payload) {
        return PeerBytes.frame(FrameType.NOTIFY, MORE, streamId, 1, payload);
    }

    private static byte[] more(long streamId, byte[] payload) {
        return PeerBytes.frame(FrameType.UNSET, MORE, streamId, 1, payload);
    }

    private static byte[] last(long streamId, byte[] payload) {
        return PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN, streamId, 1, payload);
    }

    private static byte[] abort(long streamId) {
        return PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN | FrameHeader.ABORT, streamId, 1, NOTHING);
    }

    private static byte[] inThree(long streamId, int first, int second) {
        return PeerBytes.join(begin(streamId, Arrays.copyOf(PAYLOAD, first)),
                more(streamId, Arrays.copyOfRange(PAYLOAD, first, second)),
                last(streamId, Arrays.copyOfRange(PAYLOAD, second, PAYLOAD.length)));
    }

    private void assertEchoed(Peer engine, long streamId) {
        assertThat(engine.readAck(streamId, 1)).containsExactly(set("first", Value.of("a string")),
                set("2", Value.of(-2)), set("last", Value.of(new byte[300])));
    }

    @ParameterizedTest
    @EnumSource
    void c45_fragmentsCutAnywhereAreOneNotify(Kind kind) {
        start(kind);
        Peer engine = legacyEngine();
        Random random = new Random(45);
        for (int cut = 0; cut <= 60; cut++) {
            engine.send(inThree(cut, cut, cut + random.nextInt(PAYLOAD.length - cut)));
            assertEchoed(engine, cut);
        }
        assertThat(agent.handled()).hasSize(122);
    }

    @Test
    void c45_fragmentsMayArriveByteByByteAndBetweenAcks() {
        start(BLOCKING);
        Peer engine = legacyEngine().sendNotify(3, 1, "hold", arg("n", Value.of(3)));
        agent.awaitHeld(1);
        engine.send(begin(7, Arrays.copyOf(PAYLOAD, 10)));
        agent.awaitHeld(1).getFirst().release();
        assertThat(engine.readAck(3, 1)).hasSize(1);
        for (int i = 10; i < PAYLOAD.length; i++) {
            engine.send(more(7, new byte[] {PAYLOAD[i]}));
        }
        engine.send(last(7, NOTHING));
        assertEchoed(engine, 7);
    }

    @ParameterizedTest
    @EnumSource
    void c45_aReassembledNotifyMayBeMuchLargerThanAFrame(Kind kind) {
        start(kind);
        byte[] value = new byte[600_000];
        new Random(1).nextBytes(value);
        byte[] payload = message("get-ip-reputation", arg("", Value.of(value)), arg("ip", new Value.Ipv4(3)));
        Peer engine = legacyEngine().send(begin(9, Arrays.copyOf(payload, 16_000)));
        int sent = 16_000;
        while (payload.length - sent > 16_000) {
            engine.send(more(9, Arrays.copyOfRange(payload, sent, sent + 16_000)));
            sent += 16_000;
        }
        engine.send(last(9, Arrays.copyOfRange(payload, sent, payload.length)));
        assertThat(engine.readAck(9, 1)).hasSize(1);
        assertThat(agent.handled().getFirst().arguments().getFirst().value()).isEqualTo(Value.of(value));
    }

    @ParameterizedTest
    @EnumSource
    void c46_abortedFragmentsAreDroppedWithoutAnAck(Kind kind) {
        start(kind);
        Peer engine = legacyEngine().send(PeerBytes.join(begin(7, Arrays.copyOf(PAYLOAD, 50)),
                more(7, Arrays.copyOfRange(PAYLOAD, 50, 60)), abort(7)));
        assertAnswers(engine);
        engine.send(inThree(7, 5, 6));
        assertEchoed(engine, 7);
        assertThat(agent.handled()).hasSize(3);
    }

    @Test
    void disconnectAmidFragmentsIsAnswered() {
        start(INLINE);
        Peer engine = legacyEngine().send(begin(7, Arrays.copyOf(PAYLOAD, 50))).sendDisconnect(StatusCode.NORMAL);
        engine.expectDisconnect(StatusCode.NORMAL);
    }

    @Test
    void endOfFileAmidFragmentsReleasesThem() {
        start(INLINE);
        legacyEngine().send(begin(7, Arrays.copyOf(PAYLOAD, 50))).halfClose().expectEof();
        awaitOnlyNeighbour();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void a13_malformedReassembledNotifyIsRefused() {
        start(INLINE);
        Peer engine = legacyEngine()
                .send(PeerBytes.join(begin(7, PeerBytes.bytes("04 6563")), last(7, PeerBytes.bytes("68"))));
        engine.expectDisconnect(StatusCode.INVALID_FRAME);
        assertThat(log.warnings()).singleElement().asString().contains("UNSET", "reassembled payload, byte ")
                .doesNotContain("byte -");
    }

    @Test
    void a20_fragmentThatWasNotAgreedOnIsRefused() {
        start(INLINE, Limits.builder().reassembledSize(0));
        legacyEngine().send(begin(7, PAYLOAD)).expectDisconnect(StatusCode.FRAGMENTATION_NOT_SUPPORTED);
        assertThat(agent.handled()).isEmpty();
    }

    @Test
    void a21_fragmentWithoutABeginningIsRefused() {
        start(INLINE);
        legacyEngine().send(last(7, PAYLOAD)).expectDisconnect(StatusCode.FRAME_ID_NOT_FOUND);
        legacyEngine().send(more(7, PAYLOAD)).expectDisconnect(StatusCode.FRAME_ID_NOT_FOUND);
        legacyEngine().send(abort(7)).expectDisconnect(StatusCode.FRAME_ID_NOT_FOUND);
        Peer engine = legacyEngine().send(inThree(7, 3, 4));
        assertEchoed(engine, 7);
        engine.send(last(7, NOTHING)).expectDisconnect(StatusCode.FRAME_ID_NOT_FOUND);
    }

    @Test
    void a21_fragmentWithoutABeginningIsRefusedWhereNoneWereAgreedOn() {
        start(INLINE, Limits.builder().reassembledSize(0));
        legacyEngine().send(last(7, PAYLOAD)).expectDisconnect(StatusCode.FRAME_ID_NOT_FOUND);
    }

    @Test
    void a22_fragmentsOfTwoFramesMustNotBeMixed() {
        start(INLINE);
        byte[] part = Arrays.copyOf(PAYLOAD, 20);
        byte[] begun = begin(7, part);
        legacyEngine().send(PeerBytes.join(begun, more(9, part))).expectDisconnect(StatusCode.INTERLACED_FRAMES);
        legacyEngine().send(PeerBytes.join(begun, last(9, part))).expectDisconnect(StatusCode.INTERLACED_FRAMES);
        legacyEngine().send(PeerBytes.join(begun, abort(9))).expectDisconnect(StatusCode.INTERLACED_FRAMES);
        legacyEngine().send(PeerBytes.join(begun, begin(9, part))).expectDisconnect(StatusCode.INTERLACED_FRAMES);
        legacyEngine().send(PeerBytes.join(begun, begin(7, part))).expectDisconnect(StatusCode.INTERLACED_FRAMES);
        legacyEngine().send(PeerBytes.join(begun, PeerBytes.notify(9, 1, message("echo"))))
                .expectDisconnect(StatusCode.INTERLACED_FRAMES);
        legacyEngine().send(PeerBytes.join(begun, PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN, 7, 2, part)))
                .expectDisconnect(StatusCode.INTERLACED_FRAMES);
        assertThat(agent.handled()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 16_000})
    void a23_endlessFragmentsAreRefusedAtTheLimit(int size) {
        start(INLINE, Limits.builder().reassembledSize(20_000));
        Peer engine = legacyEngine().send(begin(7, new byte[size]));
        for (int sent = size; sent + size <= 20_000; sent += size) {
            engine.send(more(7, new byte[size]));
        }
        untilRead();
        assertThat(agent.statistics().protocolErrors()).isZero();
        engine.send(more(7, new byte[size]));
        engine.expectDisconnect(StatusCode.FRAME_TOO_BIG);
    }

    @Test
    void a23_aNotifyOfExactlyTheLimitIsReassembled() {
        start(INLINE, Limits.builder().reassembledSize(PAYLOAD.length));
        Peer engine = legacyEngine().send(inThree(7, 10, 20));
        assertEchoed(engine, 7);
        engine.send(begin(9, PAYLOAD)).send(last(9, new byte[1])).expectDisconnect(StatusCode.FRAME_TOO_BIG);
    }
}
