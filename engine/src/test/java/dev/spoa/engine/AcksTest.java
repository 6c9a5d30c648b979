package dev.spoa.engine;

import static dev.spoa.engine.ScriptedAgent.failure;
import static dev.spoa.engine.ScriptedAgent.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 1.4, 3.1 and 3.6: what is sent as NOTIFY and what is taken as ACK. */
class AcksTest {
    private static final String SCORE = "01 03 01 0869705f73636f7265 02 0a";

    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private Engine connect(EngineProfile profile) {
        return agent.connect(Engine.builder().profile(profile));
    }

    @Test
    void sendsTheExamplesOfTheReference() {
        try (Engine engine = connect(EngineProfile.MUX)) {
            CompletableFuture<Ack> first = engine.notify("check-client-ip",
                    new Argument("ip", new Value.Ipv4(0xC0000201)));
            agent.expect("00000020 03 00000001 01 01 0f636865636b2d636c69656e742d6970 01 026970 06c0000201");
            CompletableFuture<Ack> second = engine.notify("m", new Argument("", Value.NULL),
                    new Argument("n", Value.of(-1L)), new Argument("b", Value.TRUE));
            agent.expect("0000001c 03 00000001 03 01 016d 03 00 00 016e 04fff0fefefefefefefe0e 0162 11");
            CompletableFuture<Ack> none = engine.notify(List.of());
            agent.expect("00000007 03 00000001 05 01");

            agent.ack(5, 1, "");
            agent.ack(3, 1, "02 02 02 03666f6f");
            agent.ack(1, 1, SCORE);
            assertThat(result(none)).isEqualTo(new Ack(5, 1, List.of()));
            assertThat(result(second).actions()).containsExactly(new Action.UnsetVar(Scope.TRANSACTION, "foo"));
            assertThat(result(first).actions())
                    .containsExactly(new Action.SetVar(Scope.SESSION, "ip_score", Value.of(10)));
        }
    }

    @Test
    void countsTheBytesOfBothDirections() {
        try (Engine engine = connect(EngineProfile.MUX)) {
            long received = engine.bytesReceived();
            assertThat(engine.bytesSent()).as("HELLO").isEqualTo(PeerBytes.muxHello().length);
            CompletableFuture<Ack> ack = engine.notify(List.of());
            agent.expect("00000007 03 00000001 01 01");
            agent.ack(1, 1, SCORE);
            result(ack);
            assertThat(engine.bytesSent() - PeerBytes.muxHello().length).isEqualTo(11);
            assertThat(engine.bytesReceived() - received).isEqualTo(11 + PeerBytes.bytes(SCORE).length);
        }
    }

    @Test
    void futuresCompleteOnTheOneExecutorOfAGroup() {
        try (EngineGroup group = new EngineGroup(1)) {
            CompletableFuture<Thread> loop = CompletableFuture.supplyAsync(Thread::currentThread, group.executor());
            Engine engine = agent.connect(Engine.builder().group(group));
            CompletableFuture<Thread> completer = engine.notify(List.of())
                    .thenApply(ack -> Thread.currentThread());
            agent.expect("00000007 03 00000001 01 01");
            agent.ack(1, 1, "");
            assertThat(result(completer)).isSameAs(result(loop));
        }
    }

    @Test
    void olderEngineNumbersStreamsFromZeroAndTheirFramesFromOne() {
        Engine engine = connect(EngineProfile.LEGACY);
        EngineStream client = engine.stream();
        EngineStream other = engine.stream();
        for (int frame = 1; frame <= 3; frame++) {
            CompletableFuture<Ack> ack = client.notify("m");
            agent.expect("0000000a 03 00000001 00 0" + frame + " 016d 00");
            agent.ack(0, frame, "");
            assertThat(result(ack)).isEqualTo(new Ack(0, frame, List.of()));
        }
        CompletableFuture<Ack> ack = other.notify("m");
        agent.expect("0000000a 03 00000001 01 01 016d 00");
        agent.endConnection();
        assertThat(failure(ack).kind()).isEqualTo(Kind.CONNECTION_LOST);
    }

    @Test
    void aStreamHasOneNotifyAtATime() {
        try (Engine engine = connect(EngineProfile.MUX)) {
            EngineStream client = engine.stream();
            CompletableFuture<Ack> pending = client.notify("m");
            assertThat(catchThrowable(() -> client.notify("m")))
                    .isInstanceOf(IllegalStateException.class);
            agent.readFrame();
            agent.ack(1, 1, "");
            result(pending);
            CompletableFuture<Ack> next = client.notify("m");
            agent.expect("0000000a 03 00000001 03 01 016d 00");
            agent.ack(3, 1, "");
            result(next);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            02 03 02 03666f6f                    | 0  | type 2 with 3 came
            01 02 01 0161 11                     | 0  | type 1 with 2 came
            00 00 00                             | 0  | type 0 with 0 came
            01 03 05 0161 11                     | 2  | expected a scope from 0 to 4, but 5 came
            02 02 02 04666f6f                    | 3  | a length of 4 where 3 bytes are left
            01 03 01 0161                        | 5  | typed data of 1 byte or more where 0 are left
            01 03 01 0161 0a                     | 5  | typed data of type 10
            01 03 01 0161 02 f0                  | 6  | varint cut
            01 03 01 0161 11 01                  | 6  | an action cut
            """)
    void failsTheNotifyWhereHaproxyWouldStopReading(String actions, int index, String what) {
        try (Engine engine = connect(EngineProfile.MUX)) {
            CompletableFuture<Ack> ack = engine.notify("m");
            CompletableFuture<Ack> other = engine.notify("m");
            agent.readFrame();
            agent.readFrame();
            agent.ack(1, 1, actions);
            EngineException failure = failure(ack);
            int header = FrameHeader.LENGTH_SIZE + 7;
            assertThat(failure.kind()).isEqualTo(Kind.ACTIONS);
            assertThat(failure).hasMessageContaining(what)
                    .hasMessageContaining("HAProxy would stop reading this ACK at byte " + (header + index))
                    .hasMessageContaining("67000000010101" + actions.replace(" ", ""));
            int hello = PeerBytes.bytes(ScriptedAgent.HELLO).length;
            assertThat(failure.offset()).hasValue(hello + header + index);
            assertThat(failure.errorVariable()).isEqualTo(OptionalLong.empty());

            agent.ack(3, 1, SCORE);
            assertThat(result(other).actions()).as("the connection goes on").hasSize(1);
        }
    }

    @Test
    void refusesAcksThatBelongToNoNotify() {
        for (EngineProfile profile : EngineProfile.values()) {
            refuses(profile, PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 77, 1, new byte[0]), 12,
                    "stream-id 77 and frame-id 1");
            refuses(profile, PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 0x7FFFFFFF, 2, new byte[0]), 12,
                    "frame-id 2");
        }
    }

    @Test
    void refusesTheSecondAckForANotify() {
        Engine engine = connect(EngineProfile.MUX);
        CompletableFuture<Ack> ack = engine.notify("m");
        agent.readFrame();
        agent.ack(1, 1, "");
        agent.ack(1, 1, "");
        assertThat(result(ack).actions()).isEmpty();
        agent.expectDisconnect(12);
        agent.disconnect(0);
        assertThat(failure(engine.closed()).status()).contains(StatusCode.FRAME_ID_NOT_FOUND);
    }

    @Test
    void refusesFrames() {
        byte[] none = new byte[0];
        for (EngineProfile profile : EngineProfile.values()) {
            refuses(profile, PeerBytes.frame(FrameType.ACK, 0, 1, 1, none), 10, "FIN");
            refuses(profile, PeerBytes.bytes(ScriptedAgent.HELLO), 4, "type 101");
            refuses(profile, PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, 1, 1, none), 4, "type 3");
            refuses(profile, PeerBytes.frame(FrameType.UNSET, FrameHeader.FIN, 1, 1, none), 4, "type 0");
            refuses(profile, PeerBytes.bytes("00003ffd"), 3, "frame length 16381 exceeds max-frame-size 16380");
            refuses(profile, PeerBytes.bytes("00000000"), 4, "");
            refuses(profile, PeerBytes.bytes("00000008 67 00000001 f001 01"), 12, "stream-id 256");
            refuses(profile, PeerBytes.bytes("00000007 67 00000001 01 f0"), 4, "varint cut");
        }
        refuses(EngineProfile.MUX, PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 0, 1, none), 4, "ids above 0");
        refuses(EngineProfile.MUX, PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 1, 0, none), 4, "ids above 0");
        refuses(EngineProfile.MUX, PeerBytes.frame(50, FrameHeader.FIN, 0, 0, none), 4, "type 50");
    }

    private void refuses(EngineProfile profile, byte[] frame, int status, String what) {
        Engine engine = connect(profile);
        CompletableFuture<Ack> pending = engine.notify("m");
        agent.readFrame();
        agent.send(frame);
        EngineException failure = failure(pending);
        assertThat(failure.kind()).as(failure::toString).isEqualTo(Kind.PROTOCOL);
        assertThat(failure.status()).as(failure::toString).isEqualTo(StatusCode.ofCode(status));
        assertThat(failure).hasMessageContaining(what).hasMessageContaining("at byte ");
        agent.expectDisconnect(status);
        assertThat(engine.isOpen()).isFalse();
        agent.endConnection();
        assertThat(failure(engine.closed())).isSameAs(failure);
    }

    @ParameterizedTest
    @EnumSource
    void passesOverUnknownFramesOnAStream(EngineProfile profile) {
        Engine engine = connect(profile);
        CompletableFuture<Ack> ack = engine.notify("m");
        String notify = agent.readFrame();
        int streamId = Integer.parseInt(notify.substring(10, 12), 16);
        agent.send(PeerBytes.frame(50, FrameHeader.FIN, 5, 1, new byte[3]));
        agent.ack(streamId, 1, SCORE);
        assertThat(result(ack).value(Scope.SESSION, "ip_score")).contains(Value.of(10));
        agent.endConnection();
    }

    @Test
    void takesAcksCutAnywhereAndJoined() {
        try (Engine engine = connect(EngineProfile.MUX)) {
            byte[] ack = PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 1, 1, PeerBytes.bytes(SCORE));
            for (int cut = 1; cut < ack.length; cut++) {
                long streamId = 2L * cut - 1;
                byte[] bytes = PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, streamId, 1, PeerBytes.bytes(SCORE));
                CompletableFuture<Ack> future = engine.notify("m");
                agent.readFrame();
                agent.send(Arrays.copyOf(bytes, cut));
                assertThat(future).isNotDone();
                agent.send(Arrays.copyOfRange(bytes, cut, bytes.length));
                assertThat(result(future).actions()).hasSize(1);
            }
        }
    }

    @Test
    void theLastActionOnAVariableCounts() {
        Value ten = Value.of(10);
        Ack ack = new Ack(1, 1, List.of(new Action.SetVar(Scope.SESSION, "a", Value.of(1)),
                new Action.SetVar(Scope.SESSION, "a", ten), new Action.SetVar(Scope.TRANSACTION, "b", ten),
                new Action.UnsetVar(Scope.TRANSACTION, "b"), new Action.SetVar(Scope.REQUEST, "c", Value.NULL)));
        assertThat(ack.value(Scope.SESSION, "a")).contains(ten);
        assertThat(ack.value(Scope.TRANSACTION, "a")).isEmpty();
        assertThat(ack.value(Scope.TRANSACTION, "b")).isEmpty();
        assertThat(ack.value(Scope.REQUEST, "c")).isEmpty();
    }
}
