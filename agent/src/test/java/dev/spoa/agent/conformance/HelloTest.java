package dev.spoa.agent.conformance;

import static dev.spoa.agent.conformance.AgentUnderTest.Kind.BLOCKING;
import static dev.spoa.agent.conformance.AgentUnderTest.Kind.INLINE;
import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.kv;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Limits;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C01 to C15: the HELLO, and health checks. */
@ParameterizedClass
@EnumSource
final class HelloTest extends EndpointTest {
    /** Section 1.5, 68 bytes. */
    private static final String AGENT_HELLO_WITH_PIPELINING = PeerBytes
            .hex(PeerBytes.bytes("00000040 65 00000001 0000 0776657273696f6e 0803322e30 0e6d61782d6672616d652d73697a65"
                    + "03fcf006 0c6361706162696c6974696573 080a706970656c696e696e67"));

    private static final byte[] VERSIONS = kv("supported-versions", Value.of("2.0"));
    private static final byte[] SIZE = kv("max-frame-size", new Value.Uint32(PeerBytes.MAX_FRAME_SIZE));
    private static final byte[] CAPABILITIES = kv("capabilities", Value.of("pipelining"));
    private static final byte[] ENGINE_ID = kv("engine-id", Value.of(PeerBytes.ENGINE_ID));

    private static String agentHello(long maxFrameSize, String capabilities) {
        return PeerBytes.hex(PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0,
                PeerBytes.join(kv("version", Value.of("2.0")), kv("max-frame-size", new Value.Uint32(maxFrameSize)),
                        kv("capabilities", Value.of(capabilities)))));
    }

    private void assertAnswered(byte[] hello, String agentHello) {
        Peer engine = connect().send(hello);
        assertThat(engine.readFrame().hex()).isEqualTo(agentHello);
        assertAnswers(engine);
    }

    @Test
    void c01_legacyHelloIsAnsweredWithoutAsync() {
        start(INLINE);
        assertAnswered(PeerBytes.legacyHello(), agentHello(16_380, "pipelining,fragmentation"));
    }

    @Test
    void c02_muxHelloIsAnswered() {
        start(INLINE);
        assertAnswered(PeerBytes.muxHello(), agentHello(16_380, "pipelining,fragmentation"));
    }

    @Test
    void c02_withoutReassemblyFragmentationIsNotAnnounced() {
        start(INLINE, Limits.builder().reassembledSize(0));
        assertAnswered(PeerBytes.muxHello(), AGENT_HELLO_WITH_PIPELINING);
    }

    @Test
    void c03_emptyCapabilitiesAreAcceptedAndSerialOperationWorks() {
        start(BLOCKING);
        Peer engine = connect()
                .send(PeerBytes.hello(VERSIONS, SIZE, kv("capabilities", Value.of("")), ENGINE_ID));
        assertThat(engine.readFrame().hex()).isEqualTo(agentHello(16_380, "fragmentation"));
        for (int i = 1; i < 10; i++) {
            engine.sendNotify(i, 1, "echo", arg("i", Value.of(i)));
            assertThat(engine.readAck(i, 1)).containsExactly(set("i", Value.of(i)));
        }
    }

    @Test
    void c04_helloInSingleBytesIsAnsweredOnceAndAlike() {
        start(INLINE);
        byte[] hello = PeerBytes.muxHello();
        Peer engine = connect().sendInPieces(hello, this::untilRead, IntStream.range(1, hello.length).toArray());
        assertThat(engine.readFrame().hex()).isEqualTo(agentHello(16_380, "pipelining,fragmentation"));
        assertAnswers(engine);
    }

    @Test
    void c05_agentHelloArrivesInOneSegment() {
        start(INLINE);
        for (int i = 0; i < 50; i++) {
            Peer engine = connect().send(PeerBytes.muxHello());
            assertThat(PeerBytes.hex(engine.readOnce())).isEqualTo(agentHello(16_380, "pipelining,fragmentation"));
        }
    }

    @Test
    void c06_maxFrameSize256IsAgreedOnAndNoFrameIsLarger() {
        start(BLOCKING);
        Peer engine = connect().send(PeerBytes.hello(256));
        Peer.Frame hello = engine.readFrame();
        assertThat(AgentHello.read(hello.payload()).maxFrameSize()).isEqualTo(256);
        assertThat(hello.length()).isLessThanOrEqualTo(256);
        for (int n = 200; n < 300; n++) {
            engine.sendNotify(n, 1, "big", arg("n", Value.of(n)));
            assertThat(engine.read(FrameType.ACK).length()).isLessThanOrEqualTo(256);
        }
        engine.send(PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, 1, 1, new byte[250]));
        assertThat(engine.read(FrameType.AGENT_DISCONNECT).length()).isLessThanOrEqualTo(256);
        engine.expectEof();
    }

    @ParameterizedTest
    @ValueSource(ints = {65_532, 98_300, 1_048_572})
    void c07_largeMaxFrameSizeIsAccepted(int offered) {
        start(INLINE);
        Peer engine = connect().send(PeerBytes.hello(offered));
        assertThat(engine.readHello().maxFrameSize()).isEqualTo(offered);
        byte[] value = new byte[offered - 100];
        engine.sendNotify(1, 1, "echo", arg("v", Value.of(value)));
        assertThat(engine.readAck(1, 1)).containsExactly(set("v", Value.of(value)));
    }

    @Test
    void c07_maxFrameSizeAboveTheAgentsOwnIsClampedToThat() {
        start(INLINE, Limits.builder().frameSize(20_000));
        assertAnswered(PeerBytes.hello(65_532), agentHello(20_000, "pipelining,fragmentation"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0, 1.5", " 2.0 ", "1.0,2.0", "1.5 , 2.0,3.0", "2.00", "02.0"})
    void c08_version20IsFoundAmongOthersAndBetweenBlanks(String versions) {
        start(INLINE);
        assertAnswered(PeerBytes.hello(kv("supported-versions", Value.of(versions)), SIZE, CAPABILITIES, ENGINE_ID),
                agentHello(16_380, "pipelining,fragmentation"));
    }

    @Test
    void c09_unknownKeysOfEveryTypeAreSkipped() {
        start(INLINE);
        List<byte[]> pairs = new ArrayList<>();
        List<Value> values = List.of(Value.NULL, Value.TRUE, Value.FALSE, Value.of(-1), new Value.Uint32(70_000),
                Value.of(Long.MIN_VALUE), new Value.Uint64(-1), new Value.Ipv4(0x7F000001), new Value.Ipv6(1, 2),
                Value.of("text"), Value.of(new byte[300]));
        for (Value value : values) {
            pairs.add(kv("x-" + value.type() + value.hashCode(), value));
        }
        pairs.add(2, VERSIONS);
        pairs.add(4, SIZE);
        pairs.add(6, CAPABILITIES);
        pairs.add(ENGINE_ID);
        pairs.add(kv("version", Value.of("1.0")));
        assertAnswered(PeerBytes.hello(pairs.toArray(byte[][]::new)), agentHello(16_380, "pipelining,fragmentation"));
    }

    @Test
    void c10_keysMayComeInAnyOrder() {
        start(INLINE);
        List<byte[]> pairs = new ArrayList<>(List.of(VERSIONS, SIZE, CAPABILITIES, ENGINE_ID));
        Random random = new Random(10);
        for (int i = 0; i < 10; i++) {
            Collections.shuffle(pairs, random);
            assertAnswered(PeerBytes.hello(pairs.toArray(byte[][]::new)),
                    agentHello(16_380, "pipelining,fragmentation"));
        }
    }

    @Test
    void c11_maxFrameSizeMayBeOfAnyIntegerType() {
        start(INLINE);
        for (Value size : List.of(Value.of(4_096), new Value.Uint32(4_096), Value.of(4_096L),
                new Value.Uint64(4_096))) {
            assertAnswered(PeerBytes.hello(VERSIONS, kv("max-frame-size", size), CAPABILITIES, ENGINE_ID),
                    agentHello(4_096, "pipelining,fragmentation"));
        }
    }

    @Test
    void c12_healthCheckIsAnsweredWithThreeKeysAndNothingElseAndLogsNothing() {
        start(INLINE);
        Peer checker = connect().send(PeerBytes.healthCheck());
        assertThat(checker.readFrame().hex()).isEqualTo(agentHello(256, ""));
        untilRead();
        checker.halfClose().expectEof();
        awaitOnlyNeighbour();
        assertThat(agent.statistics().healthChecks()).isEqualTo(1);
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c12_healthCheckMayEndWithADisconnect() {
        start(INLINE);
        Peer checker = connect().hello(PeerBytes.healthCheck());
        checker.sendDisconnect(StatusCode.NORMAL).expectDisconnect(StatusCode.NORMAL);
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c13_resetAfterAHealthCheckIsQuiet() {
        start(INLINE);
        for (int i = 0; i < 20; i++) {
            connect().hello(PeerBytes.healthCheck()).reset();
        }
        awaitOnlyNeighbour();
        assertThat(agent.statistics().healthChecks()).isEqualTo(20);
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c14_connectionClosedWithoutAByteIsQuiet() {
        start(INLINE);
        for (int i = 0; i < 10; i++) {
            connect().close();
            connect().reset();
            connect().halfClose().expectEof();
        }
        awaitUntil(() -> agent.statistics().accepted() == 31);
        awaitOnlyNeighbour();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c15_healthcheckFalseIsAnOrdinaryConnection() {
        start(INLINE);
        assertAnswered(
                PeerBytes.hello(VERSIONS, SIZE, CAPABILITIES, ENGINE_ID, kv("healthcheck", Value.FALSE)),
                agentHello(16_380, "pipelining,fragmentation"));
        assertThat(agent.statistics().healthChecks()).isZero();
    }

    @Test
    void healthCheckNeedNotComeWithEmptyCapabilities() {
        start(INLINE);
        Peer checker = connect()
                .send(PeerBytes.hello(VERSIONS, SIZE, CAPABILITIES, kv("healthcheck", Value.TRUE)));
        assertThat(checker.readHello().capabilities()).isEqualTo(Set.of(Capability.PIPELINING));
    }
}
