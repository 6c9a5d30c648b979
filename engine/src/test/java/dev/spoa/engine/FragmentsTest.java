package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.failure;
import static dev.spoa.engine.ScriptedAgent.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 3.4: messages larger than a frame. */
class FragmentsTest {
    private static final int ROOM = 32;

    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private static String hello(int size, String capabilities) {
        return PeerBytes.hex(PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0, PeerBytes.join(
                PeerBytes.kv("version", Value.of("2.0")), PeerBytes.kv("max-frame-size", new Value.Uint32(size)),
                PeerBytes.kv("capabilities", Value.of(capabilities)))));
    }

    private static final Argument[] ARGUMENTS = {new Argument("a", Value.of(-1L)), new Argument("b", Value.NULL),
        new Argument("text", Value.of("t".repeat(700))), new Argument("c", Value.TRUE),
        new Argument("bytes", Value.of(new byte[300])), new Argument("six", new Value.Ipv6(1, 2))};

    @ParameterizedTest
    @ValueSource(ints = {256, 257, 258, 300, 400, 777, 1_024})
    void cutsAsTheOlderEngineDoes(int frameSize) {
        Engine engine = agent.connect(Engine.builder().profile(EngineProfile.LEGACY),
                hello(frameSize, "pipelining,fragmentation"));
        CompletableFuture<Ack> ack = engine.notify("message", ARGUMENTS);
        List<String> frames = new ArrayList<>();
        do {
            frames.add(agent.readFrame());
        } while (!frames.getLast().startsWith("00000001", 2));

        StringBuilder payload = new StringBuilder();
        for (int i = 0; i < frames.size(); i++) {
            String frame = frames.get(i);
            String type = i == 0 ? "03" : "00";
            String flags = i == frames.size() - 1 ? "00000001" : "00000000";
            assertThat(frame).startsWith(type + flags + "0001").hasSizeLessThanOrEqualTo(2 * frameSize);
            assertThat(frame.length() / 2 - 7).isLessThanOrEqualTo(frameSize - ROOM);
            payload.append(frame, 14, frame.length());
        }
        assertThat(frames).hasSizeGreaterThan(1);
        assertThat(payload).hasToString(PeerBytes.hex(PeerBytes.message("message", ARGUMENTS)));
        agent.ack(0, 1, "");
        result(ack);
        agent.endConnection();
    }

    @Test
    void fillsFramesWithTheBytesOfAStringAndKeepsOtherValuesWhole() {
        Engine engine = agent.connect(Engine.builder().profile(EngineProfile.LEGACY),
                hello(256, "fragmentation"));
        CompletableFuture<Ack> ack =
                engine.notify("m", new Argument("s", Value.of("s".repeat(219))), new Argument("n", Value.of(-1L)));
        // name and count 3, argument's name 2, type and length 2, 217 bytes: 224 in all
        String first = agent.readFrame();
        assertThat(first).hasSize(2 * (7 + 224)).endsWith("73".repeat(217));
        assertThat(agent.readFrame()).isEqualTo("00000000010001" + "7373" + "016e" + "04fff0fefefefefefefe0e");
        agent.ack(0, 1, "");
        result(ack);
        agent.endConnection();
    }

    @Test
    void whatFitsIsSentWhole() {
        Engine engine = agent.connect(Engine.builder().profile(EngineProfile.LEGACY),
                hello(256, "fragmentation"));
        CompletableFuture<Ack> ack = engine.notify("m", new Argument("s", Value.of("s".repeat(217))));
        assertThat(agent.readFrame()).startsWith("03000000010001").hasSize(2 * (7 + 256 - ROOM));
        agent.ack(0, 1, "");
        result(ack);
        agent.endConnection();
    }

    @Test
    void withoutFragmentsTheOlderEngineGivesTheConnectionUp() {
        Engine engine = agent.connect(Engine.builder().profile(EngineProfile.LEGACY), hello(256, "pipelining"));
        CompletableFuture<Ack> before = engine.notify("m");
        agent.readFrame();
        CompletableFuture<Ack> tooBig = engine.notify("message", ARGUMENTS);
        EngineException failure = failure(tooBig);
        assertThat(failure.kind()).isEqualTo(Kind.TOO_BIG);
        assertThat(failure.errorVariable()).hasValue(1);
        agent.expectDisconnect(10);
        assertThat(before).isNotDone();
        assertThat(failure(engine.notify("m"))).isNotNull();
        agent.disconnect(0);
        assertThat(failure(before).kind()).isEqualTo(Kind.DISCONNECTED);
        assertThat(failure(before).errorVariable()).hasValue(256);
    }

    @Test
    void theNewerEngineSendsNothingOfIt() {
        try (Engine engine =
                agent.connect(Engine.builder().maxFrameSize(512), hello(256, "pipelining,fragmentation"))) {
            EngineException negotiated = failure(
                    engine.notify("m", new Argument("s", Value.of("s".repeat(300)))));
            assertThat(negotiated.kind()).isEqualTo(Kind.TOO_BIG);
            assertThat(negotiated.status()).contains(StatusCode.FRAME_TOO_BIG);
            assertThat(negotiated.errorVariable()).hasValue(259);
            EngineException own = failure(engine.notify("m", new Argument("s", Value.of("s".repeat(500)))));
            assertThat(own.errorVariable()).hasValue(3);

            CompletableFuture<Ack> ack = engine.notify("m", new Argument("s", Value.of("s".repeat(216))));
            assertThat(agent.readFrame()).as("one byte less than the older engine").hasSize(2 * (7 + 223));
            agent.ack(5, 1, "");
            result(ack);
        }
    }

    @Test
    void aNameThatFitsNoFragmentFailsItsNotifyOnly() {
        Engine engine = agent.connect(Engine.builder().profile(EngineProfile.LEGACY),
                hello(256, "pipelining,fragmentation"));
        CompletableFuture<Ack> ack = engine.notify(
                List.of(Message.of("m", new Argument("a", Value.of("x".repeat(300)))), Message.of("n".repeat(300))));
        EngineException failure = failure(ack);
        assertThat(failure.kind()).isEqualTo(Kind.TOO_BIG);
        assertThat(failure).hasMessageContaining("cannot be cut into fragments of 224 bytes");
        CompletableFuture<Ack> next = engine.notify("m");
        assertThat(agent.readFrame()).isEqualTo("0300000001" + "0101" + "016d00");
        agent.ack(1, 1, "");
        result(next);
        agent.endConnection();
    }
}
