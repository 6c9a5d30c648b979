package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.result;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 5.1. */
class HealthCheckTest {
    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private CompletableFuture<HealthCheck> check(EngineBuilder builder) {
        return CompletableFuture.supplyAsync(() -> builder.check(agent.address()));
    }

    private HealthCheck checkAnswered(EngineBuilder builder, byte[] answer) {
        CompletableFuture<HealthCheck> check = check(builder);
        agent.accept();
        agent.readFrame();
        agent.send(answer);
        HealthCheck health = result(check);
        agent.endConnection();
        return health;
    }

    private static byte[] hello(int flags, byte[]... pairs) {
        return PeerBytes.frame(FrameType.AGENT_HELLO, flags, 0, 0, PeerBytes.join(pairs));
    }

    private static byte[] size(long size) {
        return PeerBytes.kv("max-frame-size", new Value.Uint32(size));
    }

    private static final byte[] VERSION = PeerBytes.kv("version", Value.of("2.0"));
    private static final byte[] CAPABILITIES = PeerBytes.kv("capabilities", Value.of(""));

    @ParameterizedTest
    @EnumSource
    void sendsWhatHaproxySendsAndIsContentWithAHello(EngineProfile profile) {
        CompletableFuture<HealthCheck> check = check(Engine.builder().profile(profile));
        agent.accept();
        agent.expect(PeerBytes.hex(PeerBytes.healthCheck()));
        agent.send(hello(FrameHeader.FIN, VERSION, size(256), CAPABILITIES));
        HealthCheck health = result(check);
        assertThat(health.up()).as(health::toString).isTrue();
        assertThat(health.reason()).isEqualTo("SPOA server is ok");
        agent.expectEnd();
    }

    @Test
    void newerEngineOffersAFixedSizeAndInsistsOnWhatFitsItsBuffer() {
        EngineBuilder builder = Engine.builder().maxFrameSize(8_188);
        CompletableFuture<HealthCheck> check = check(builder);
        agent.accept();
        agent.expect(PeerBytes.hex(PeerBytes.healthCheck()));
        agent.send(hello(FrameHeader.FIN, VERSION, size(16_380), CAPABILITIES));
        assertThat(result(check).up()).isFalse();
        assertThat(result(check).reason()).contains("expected max-frame-size to be 256 to 8188, but it is 16380");
    }

    @Test
    void olderEngineOffersItsOwnSize() {
        CompletableFuture<HealthCheck> check = check(
                Engine.builder().profile(EngineProfile.LEGACY).maxFrameSize(65_532));
        agent.accept();
        assertThat(agent.readFrame()).contains("03fcf01e");
        agent.send(hello(FrameHeader.FIN, VERSION, size(65_532)));
        assertThat(result(check).up()).as("capabilities are not asked for").isTrue();
    }

    @Test
    void newerEngineWantsThreeKeysOneFlagAndNothingBehind() {
        EngineBuilder mux = Engine.builder();
        EngineBuilder legacy = Engine.builder().profile(EngineProfile.LEGACY);
        byte[] good = hello(FrameHeader.FIN, VERSION, size(256), CAPABILITIES);
        byte[] behind = PeerBytes.join(good, new byte[] {0});

        assertThat(checkAnswered(mux, hello(FrameHeader.FIN, VERSION, size(256))).reason()).contains("capabilities");
        assertThat(checkAnswered(mux, hello(3, VERSION, size(256), CAPABILITIES)).reason()).contains("flags are 3");
        assertThat(checkAnswered(mux, behind).reason())
                .contains("expected nothing behind AGENT-HELLO, but 1 bytes more came");
        assertThat(checkAnswered(legacy, hello(3, VERSION, size(256), CAPABILITIES)).up()).isTrue();
        assertThat(checkAnswered(legacy, behind).up()).isTrue();
        assertThat(checkAnswered(legacy, hello(0, VERSION, size(256), CAPABILITIES)).up()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyTheAgentIsDown(EngineProfile profile) {
        EngineBuilder builder = Engine.builder().profile(profile).helloTimeout(Duration.ofMillis(300));
        assertThat(checkAnswered(builder, hello(FrameHeader.FIN, size(256), CAPABILITIES)).reason())
                .contains("version").contains("(status 5)");
        assertThat(checkAnswered(builder, PeerBytes.frame(FrameType.AGENT_DISCONNECT, 1, 0, 0, PeerBytes.join(
                PeerBytes.kv("status-code", new Value.Uint32(13)), PeerBytes.kv("message", Value.of("full")))))
                .reason())
                .contains("the agent refuses: 13 (full)");
        assertThat(checkAnswered(builder, PeerBytes.frame(FrameType.ACK, 1, 0, 0, new byte[0])).reason())
                .contains("type 103");
        assertThat(checkAnswered(builder,
                PeerBytes.frame(FrameType.AGENT_HELLO, 1, 1, 0, PeerBytes.join(VERSION, size(256),
                        CAPABILITIES)))
                .reason()).contains("stream-id 0");
        assertThat(checkAnswered(builder, "HTTP/1.1 400 Bad".getBytes(US_ASCII))
                .reason()).contains("exceeds max-frame-size");
        assertThat(checkAnswered(builder, PeerBytes.bytes("00000040 65")).reason())
                .contains("no AGENT-HELLO within 300 ms, but 5 bytes that are no whole frame");

        CompletableFuture<HealthCheck> closed = check(builder);
        agent.accept();
        agent.readFrame();
        agent.endConnection();
        assertThat(result(closed).reason()).contains("closed the connection without a word");

        agent.close();
        assertThat(result(check(builder)).reason()).contains("Connection refused");
    }
}
