package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reply that does not fit the frame size of its connection is taken back whole. */
class ReplyTooLargeTest {
    private static final int FRAME_SIZE = 256;
    /** From 3.1 on HAProxy's buffer must not be filled to the last byte. */
    private static final int MUX_ACK_SIZE = FRAME_SIZE - 1;
    /** LENGTH of an ACK with one-byte ids, a SET-VAR of "v", and type and length of a value of 240 to 2,287 bytes. */
    private static final int OVERHEAD = 7 + 5 + 3;

    private final List<Failure> asked = new CopyOnWriteArrayList<>();

    private Agent start(HandlerKind kind) {
        return Agents.start(builder -> {
            kind.register(builder, "ok", Agents::answer);
            kind.register(builder, "fill", (message, reply) -> reply.set(Scope.TRANSACTION, "v",
                    new byte[(int) message.integer("n")]));
            kind.register(builder, "careless", (message, reply) -> {
                reply.set(Scope.TRANSACTION, "small", true);
                assertThatThrownBy(() -> reply.set(Scope.TRANSACTION, "v", new byte[FRAME_SIZE]))
                        .isInstanceOf(ReplyTooLargeException.class);
                reply.set(Scope.TRANSACTION, "small", false);
            });
            kind.register(builder, "fail", (message, reply) -> {
                throw new IllegalStateException("planted");
            });
            builder.onFailure((failure, reply) -> {
                asked.add(failure);
                FailurePolicy.errorVariable().onFailure(failure, reply);
            });
        });
    }

    private static byte[] fill(int n) {
        return PeerBytes.message("fill", PeerBytes.arg("n", Value.of((long) n)));
    }

    private void assertTakenBack(HandlerKind kind, byte[]... messages) {
        try (Agent agent = start(kind);
                Peer peer = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(FRAME_SIZE))) {
            peer.send(PeerBytes.notify(1, 1, messages));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.REPLY_TOO_LARGE));
            assertThat(asked).singleElement().satisfies(failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.REPLY_TOO_LARGE);
                assertThat(failure.message()).isEmpty();
                assertThat(failure.notification().streamId()).isEqualTo(1);
            });
            assertThat(agent.statistics().failures()).containsEntry(FailureKind.REPLY_TOO_LARGE, 1L)
                    .containsEntry(FailureKind.HANDLER_ERROR, 0L);
            peer.sendNotify(3, 1, "ok");
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("ok"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isAskedOnceForTheWholeNotify(HandlerKind kind) {
        assertTakenBack(kind, PeerBytes.message("ok"), fill(FRAME_SIZE), PeerBytes.message("ok"));
    }

    @ParameterizedTest
    @EnumSource
    void doesNotMatterWhetherTheHandlerCatchesIt(HandlerKind kind) {
        assertTakenBack(kind, PeerBytes.message("ok"), PeerBytes.message("careless"), PeerBytes.message("ok"));
    }

    @ParameterizedTest
    @EnumSource
    void isTheOnlyFailureThatIsTold(HandlerKind kind) {
        assertTakenBack(kind, PeerBytes.message("fail"), fill(FRAME_SIZE), fill(FRAME_SIZE), PeerBytes.message("fail"));
    }

    @ParameterizedTest
    @EnumSource
    void mayBeTheSumOfSeveralMessages(HandlerKind kind) {
        assertTakenBack(kind, fill(100), fill(100), fill(100));
    }

    @ParameterizedTest
    @EnumSource
    void mayBeTheSumOfTheMessagesAndThePolicy(HandlerKind kind) {
        try (Agent agent = start(kind);
                Peer peer = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(FRAME_SIZE))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("fail"), fill(220), PeerBytes.message("fail")));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.REPLY_TOO_LARGE));
            assertThat(asked).extracting(Failure::kind).containsExactly(FailureKind.HANDLER_ERROR,
                    FailureKind.REPLY_TOO_LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void startsWithTheFirstByteBeyondTheFrame(HandlerKind kind) {
        assertTakenBack(kind, fill(MUX_ACK_SIZE - OVERHEAD + 1));
    }

    @ParameterizedTest
    @EnumSource
    void letsTheOldEngineHaveTheWholeFrame(HandlerKind kind) {
        try (Agent agent = start(kind); Peer peer = Peer.legacy(Agents.addressOf(agent))) {
            // the length of the value takes three bytes here
            peer.send(PeerBytes.notify(1, 1, fill(PeerBytes.MAX_FRAME_SIZE - OVERHEAD - 1)));
            assertThat(peer.read(FrameType.ACK).length()).isEqualTo(PeerBytes.MAX_FRAME_SIZE);

            peer.send(PeerBytes.notify(1, 1, fill(PeerBytes.MAX_FRAME_SIZE - OVERHEAD)));
            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.REPLY_TOO_LARGE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotStartBeforeTheFrameIsFull(HandlerKind kind) {
        try (Agent agent = start(kind);
                Peer peer = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(FRAME_SIZE))) {
            peer.send(PeerBytes.notify(1, 1, fill(MUX_ACK_SIZE - OVERHEAD)));
            assertThat(peer.read(FrameType.ACK).length()).isEqualTo(MUX_ACK_SIZE);

            // ids of ten bytes leave less room; the length of the value takes one byte then
            peer.send(PeerBytes.notify(-1, -1, fill(MUX_ACK_SIZE - OVERHEAD + 1 - 18)));
            assertThat(peer.read(FrameType.ACK).length()).isEqualTo(MUX_ACK_SIZE);
            assertThat(asked).isEmpty();

            peer.send(PeerBytes.notify(-1, 1, fill(MUX_ACK_SIZE - OVERHEAD + 1 - 9 + 1)));
            assertThat(peer.readAck(-1, 1)).containsExactly(Agents.error(FailureKind.REPLY_TOO_LARGE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void dependsOnWhatTheConnectionAgreedOn(HandlerKind kind) {
        try (Agent agent = start(kind);
                Peer small = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(FRAME_SIZE));
                Peer large = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(2_000_000))) {
            byte[] notify = PeerBytes.notify(1, 1, fill(500_000));
            small.send(notify);
            large.send(notify);

            assertThat(small.readAck(1, 1)).containsExactly(Agents.error(FailureKind.REPLY_TOO_LARGE));
            assertThat(large.readAck(1, 1)).containsExactly(Agents.set("v", Value.of(new byte[500_000])));
        }
    }
}
