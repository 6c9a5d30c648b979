package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.failure;
import static dev.spoa.engine.ScriptedAgent.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 2.1 and 2.3. */
class HelloTest {
    private static final byte[] VERSION = PeerBytes.kv("version", Value.of("2.0"));
    private static final byte[] SIZE = size(16_380);
    private static final byte[] CAPABILITIES = PeerBytes.kv("capabilities", Value.of("pipelining"));

    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private static byte[] size(long size) {
        return PeerBytes.kv("max-frame-size", new Value.Uint32(size));
    }

    private static byte[] hello(byte[]... pairs) {
        return PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0, PeerBytes.join(pairs));
    }

    private static EngineBuilder builder(EngineProfile profile) {
        return Engine.builder().profile(profile).engineId(PeerBytes.ENGINE_ID);
    }

    private String helloOf(EngineBuilder builder) {
        CompletableFuture<Engine> engine = builder.connectAsync(agent.address());
        agent.accept();
        String hello = agent.readFrame();
        agent.endConnection();
        failure(engine);
        return String.format("%08x", hello.length() / 2) + hello;
    }

    @Test
    void saysWhatHaproxySaysByteByByte() {
        assertThat(helloOf(builder(EngineProfile.LEGACY))).isEqualTo(PeerBytes.hex(PeerBytes.legacyHello()));
        assertThat(helloOf(builder(EngineProfile.MUX))).isEqualTo(PeerBytes.hex(PeerBytes.muxHello()));
        assertThat(helloOf(builder(EngineProfile.MUX).pipelining(false))).hasSize(2 * 117)
                .contains("6361706162696c69746965730800");
        assertThat(helloOf(builder(EngineProfile.LEGACY).async(false))).isEqualTo(PeerBytes.hex(PeerBytes.muxHello()));
        assertThat(helloOf(builder(EngineProfile.MUX).maxFrameSize(65_532))).contains("03fcf01e");
    }

    @Test
    void takesTheAgentsOffer() {
        try (Engine engine = agent.connect(Engine.builder())) {
            assertThat(engine.offer().version()).isEqualTo("2.0");
            assertThat(engine.offer().maxFrameSize()).isEqualTo(16_380);
            assertThat(engine.offer().capabilities()).containsExactly("pipelining");
            assertThat(engine.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesKeysInAnyOrderUnknownOnesAndOnesThatOnlyBeginRight(EngineProfile profile) {
        byte[] hello = hello(PeerBytes.kv("unknown", Value.NULL),
                PeerBytes.kv("capabilities-of-mine", Value.of("fragmentation")),
                PeerBytes.kv("max-frame-size", new Value.Int64(256)), PeerBytes.kv("version", Value.of(" 02.00 ")));
        Engine engine = agent.connect(builder(profile), PeerBytes.hex(hello));
        assertThat(engine.offer().capabilities()).containsExactly("fragmentation");
        assertThat(engine.offer().maxFrameSize()).isEqualTo(256);
        agent.endConnection();
        engine.close();
    }

    @Test
    void newerEngineNeedsNoSizeAndTheOlderDoes() {
        try (Engine engine = agent.connect(builder(EngineProfile.MUX).maxFrameSize(1_000),
                PeerBytes.hex(hello(VERSION, CAPABILITIES)))) {
            assertThat(engine.offer().maxFrameSize()).isEqualTo(1_000);
        }
        assertThat(agent.refusal(builder(EngineProfile.LEGACY), hello(VERSION, CAPABILITIES)).status())
                .contains(StatusCode.MAX_FRAME_SIZE_NOT_FOUND);
        agent.expectDisconnect(6);
    }

    @ParameterizedTest
    @CsvSource({"2.1, 8, 8", "1.0, 8, 8", "'', 8, 4", "two, 8, 4", "2, 8, 4"})
    void refusesOtherVersions(String version, int legacyStatus, int muxStatus) {
        byte[] hello = hello(PeerBytes.kv("version", Value.of(version)), SIZE, CAPABILITIES);
        refuses(EngineProfile.LEGACY, hello, legacyStatus);
        refuses(EngineProfile.MUX, hello, muxStatus);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 255, 16_381, 1L << 40, -1})
    void refusesASizeThatIsTooSmallOrAboveItsOwn(long size) {
        byte[] hello = hello(VERSION, size(size), CAPABILITIES);
        refuses(EngineProfile.LEGACY, hello, 9);
        refuses(EngineProfile.MUX, hello, 9);
    }

    @Test
    void refusesMissingVersionsAndMistypedValues() {
        for (EngineProfile profile : EngineProfile.values()) {
            refuses(profile, hello(SIZE, CAPABILITIES), 5);
            refuses(profile, hello(PeerBytes.kv("version", Value.of(2)), SIZE, CAPABILITIES), 4);
            refuses(profile, hello(VERSION, PeerBytes.kv("max-frame-size", Value.of("16380")), CAPABILITIES), 4);
            refuses(profile, hello(VERSION, SIZE, PeerBytes.kv("capabilities", Value.TRUE)), 4);
            refuses(profile, hello(VERSION, SIZE, CAPABILITIES, PeerBytes.kv("", Value.TRUE)), 4);
            refuses(profile, hello(VERSION, SIZE, new byte[] {12, 'c'}), 4);
        }
    }

    private void refuses(EngineProfile profile, byte[] hello, int status) {
        EngineException refusal = agent.refusal(builder(profile), hello);
        assertThat(refusal.kind()).as(refusal::toString).isEqualTo(Kind.PROTOCOL);
        assertThat(refusal.status()).as(refusal::toString).isEqualTo(StatusCode.ofCode(status));
        assertThat(refusal.errorVariable()).as(refusal::toString).hasValue(256 + status);
        agent.expectDisconnect(status);
        agent.endConnection();
    }

    @ParameterizedTest
    @CsvSource({"67, 1, 0, 0, 4", "65, 0, 0, 0, 10", "65, 1, 1, 0, 4", "65, 1, 0, 1, 4", "03, 1, 0, 0, 4"})
    void refusesAnotherFrameOrHeader(String type, int flags, int streamId, int frameId, int status) {
        byte[] frame = PeerBytes.frame(Integer.parseInt(type, 16), flags, streamId, frameId,
                PeerBytes.join(VERSION, SIZE, CAPABILITIES));
        EngineException legacy = agent.refusal(builder(EngineProfile.LEGACY), frame);
        assertThat(legacy.status()).as(legacy::toString).isEqualTo(StatusCode.ofCode(status));
        agent.expectDisconnect(status);
        agent.endConnection();

        EngineException mux = agent.refusal(builder(EngineProfile.MUX), frame);
        assertThat(mux.status()).as(mux::toString).isEqualTo(StatusCode.ofCode(status));
        agent.expectEnd();
    }

    @Test
    void saysAtWhichByteItWasRefused() {
        EngineException refusal = agent.refusal(builder(EngineProfile.MUX),
                hello(VERSION, SIZE, new byte[] {12, 'c'}));
        int offset = 4 + 7 + VERSION.length + SIZE.length;
        assertThat(refusal.offset()).hasValue(offset);
        assertThat(refusal).hasMessageContaining("a length of 12 where 1 bytes are left in the frame")
                .hasMessageContaining("at byte " + offset).hasMessageContaining("6500000001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000006", "00003ffd", "ffffffff"})
    void refusesLengthsOutOfRange(String length) {
        EngineException refusal =
                agent.refusal(builder(EngineProfile.LEGACY), PeerBytes.bytes(length + "000000000000"));
        assertThat(refusal.kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(refusal.offset()).hasValue(0);
        agent.expectDisconnect(length.equals("00000006") ? 4 : 3);
    }

    @Test
    void newerEngineDropsAHelloInTwoPiecesAndTheOlderDoesNot() {
        byte[] hello = PeerBytes.bytes(ScriptedAgent.HELLO);
        byte[] first = Arrays.copyOf(hello, 11);
        byte[] rest = Arrays.copyOfRange(hello, 11, hello.length);

        CompletableFuture<Engine> legacy = builder(EngineProfile.LEGACY).connectAsync(agent.address());
        agent.accept();
        agent.readFrame();
        agent.send(first);
        assertThat(legacy).isNotDone();
        agent.send(rest);
        Engine engine = result(legacy);
        agent.endConnection();
        engine.close();

        EngineException refusal = agent.refusal(builder(EngineProfile.MUX), first);
        assertThat(refusal).hasMessageContaining("in pieces, the first of 11 bytes");
        assertThat(refusal.errorVariable()).hasValue(260);
        agent.expectEnd();
    }

    @Test
    void waitsForAHelloOfWhichLessThanTheHeaderCame() {
        CompletableFuture<Engine> engine = builder(EngineProfile.MUX).connectAsync(agent.address());
        agent.accept();
        agent.readFrame();
        byte[] hello = PeerBytes.bytes(ScriptedAgent.HELLO);
        agent.send(Arrays.copyOf(hello, 10));
        assertThat(engine).isNotDone();
        agent.send(Arrays.copyOfRange(hello, 10, hello.length));
        result(engine).close();
    }

    @Test
    void saysThatTheAgentRefused() {
        byte[] disconnect = PeerBytes.frame(FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0,
                PeerBytes.join(PeerBytes.kv("status-code", new Value.Uint32(200)),
                        PeerBytes.kv("message", Value.of("go away"))));
        EngineException legacy = agent.refusal(builder(EngineProfile.LEGACY), disconnect);
        assertThat(legacy.kind()).isEqualTo(Kind.REFUSED);
        assertThat(legacy.code()).hasValue(200);
        assertThat(legacy.status()).isEqualTo(Optional.empty());
        assertThat(legacy.errorVariable()).hasValue(456);
        assertThat(legacy).hasMessageContaining("200 (go away)");

        assertThat(agent.refusal(builder(EngineProfile.MUX), disconnect).errorVariable()).hasValue(260);
    }

    @Test
    void waitsForTheHelloNoLongerThanItWasTold() {
        CompletableFuture<Engine> engine = builder(EngineProfile.MUX).helloTimeout(Duration.ofMillis(20))
                .connectAsync(agent.address());
        agent.accept();
        EngineException timeout = failure(engine);
        assertThat(timeout.kind()).isEqualTo(Kind.HELLO_TIMEOUT);
        assertThat(timeout.errorVariable()).hasValue(1);
        assertThat(timeout.offset()).isEqualTo(OptionalLong.empty());
        agent.readFrame();
        agent.expectEnd();
    }

    @Test
    void saysThatNobodyListens() {
        agent.close();
        EngineException failure = failure(builder(EngineProfile.MUX).connectAsync(agent.address()));
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure).hasMessageEndingWith(": Connection refused").hasMessageContaining("127.0.0.1:");
        assertThat(failure.errorVariable()).hasValue(257);
    }
}
