package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What HAProxy is told when a handler gives no answer, in each kind of handler. */
class FailurePolicyTest {
    private static final Action HARMLESS = new Action.UnsetVar(Scope.TRANSACTION, "agent_none");

    private static void fail(Message message, Reply reply) {
        throw new IllegalStateException("planted");
    }

    private static FailurePolicy setting(String variable) {
        return (failure, reply) -> reply.set(Scope.TRANSACTION, variable, failure.kind().text());
    }

    private static Action setBy(String variable, FailureKind kind) {
        return Agents.set(variable, Value.of(kind.text()));
    }

    /** What is answered to a NOTIFY with these messages by an agent that knows "ok", "fail" and "fail2". */
    private static List<Action> answer(HandlerKind kind, Consumer<AgentBuilder> settings, String... messages) {
        try (Agent agent = Agents.start(builder -> {
            kind.register(builder, "ok", Agents::answer);
            kind.register(builder, "fail", FailurePolicyTest::fail);
            kind.register(builder, "fail2", FailurePolicyTest::fail);
            kind.register(builder, "nothing", (message, reply) -> {
            });
            settings.accept(builder);
        }); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            byte[][] encoded = new byte[messages.length][];
            for (int i = 0; i < messages.length; i++) {
                encoded[i] = PeerBytes.message(messages[i]);
            }
            peer.send(PeerBytes.notify(1, 1, encoded));
            List<Action> actions = peer.readAck(1, 1);
            // the connection goes on
            peer.sendNotify(3, 1, "ok");
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("ok"));
            return actions;
        }
    }

    @ParameterizedTest
    @EnumSource
    void canBeReplacedForAllMessages(HandlerKind kind) {
        assertThat(answer(kind, builder -> builder.onFailure(setting("mine")), "fail", "ok", "fail2", "what"))
                .containsExactly(Agents.answerOf("ok"), setBy("mine", FailureKind.HANDLER_ERROR),
                        setBy("mine", FailureKind.HANDLER_ERROR), setBy("mine", FailureKind.UNKNOWN_MESSAGE));
    }

    @ParameterizedTest
    @EnumSource
    void canBeReplacedForOneMessage(HandlerKind kind) {
        assertThat(answer(kind, builder -> builder.onFailure("fail2", setting("two")).onFailure(setting("mine")),
                "fail", "fail2")).containsExactly(setBy("mine", FailureKind.HANDLER_ERROR),
                        setBy("two", FailureKind.HANDLER_ERROR));
    }

    @ParameterizedTest
    @EnumSource
    void maySayNothing(HandlerKind kind) {
        assertThat(answer(kind, builder -> builder.onFailure(FailurePolicy.silent()), "fail")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void mayFailItselfAndTheRestIsSent(HandlerKind kind) {
        FailurePolicy failing = (failure, reply) -> {
            reply.set(Scope.SESSION, "half", true);
            throw new AssertionError("planted");
        };
        assertThat(answer(kind, builder -> builder.onFailure("fail", failing), "ok", "fail", "fail2"))
                .containsExactly(Agents.answerOf("ok"), Agents.error(FailureKind.HANDLER_ERROR));
    }

    @ParameterizedTest
    @EnumSource
    void isDroppedWhereItAsksForMoreThanAFrame(HandlerKind kind) {
        FailurePolicy huge = (failure, reply) -> reply.set(Scope.SESSION, "half", true).set(Scope.SESSION, "huge",
                new byte[PeerBytes.MAX_FRAME_SIZE]);

        assertThat(answer(kind, builder -> builder.onFailure(huge), "fail")).isEmpty();
        assertThat(answer(kind, builder -> builder.onFailure("fail", huge), "fail", "fail2"))
                .containsExactly(Agents.error(FailureKind.HANDLER_ERROR));
    }

    @ParameterizedTest
    @EnumSource
    void isAskedOnlySoOftenForOneNotify(HandlerKind kind) {
        String[] messages = new String[400];
        Arrays.fill(messages, "fail");
        messages[0] = "ok";

        assertThat(answer(kind, builder -> builder.onFailure((failure, reply) -> reply.set(Scope.SESSION, "f", 1)),
                messages)).hasSize(1 + 256).startsWith(Agents.answerOf("ok"));
    }

    @ParameterizedTest
    @EnumSource
    void replacesEmptyAcksOnlyWhereItIsToldTo(HandlerKind kind) {
        Consumer<AgentBuilder> replacing = builder -> builder.replaceEmptyAcks(true);
        assertThat(answer(kind, replacing, "nothing")).containsExactly(HARMLESS);
        assertThat(answer(kind, replacing)).containsExactly(HARMLESS);
        assertThat(answer(kind, replacing, "nothing", "ok")).containsExactly(Agents.answerOf("ok"));
        assertThat(answer(kind, replacing, "fail")).containsExactly(Agents.error(FailureKind.HANDLER_ERROR));
        assertThat(answer(kind, replacing.andThen(builder -> builder.onFailure(FailurePolicy.silent())), "fail"))
                .containsExactly(HARMLESS);
        assertThat(answer(kind, builder -> {
        }, "nothing")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void isAskedOnTheEventLoop(HandlerKind kind) {
        List<Thread> threads = new CopyOnWriteArrayList<>();

        answer(kind, builder -> builder.onFailure((failure, reply) -> threads.add(Thread.currentThread())), "fail",
                "what");

        assertThat(threads).hasSize(2).allMatch(thread -> thread.getName().startsWith("spoa-io"));
    }

    @Test
    void knowsTheNotify() {
        List<Long> streams = new CopyOnWriteArrayList<>();

        answer(HandlerKind.INLINE,
                builder -> builder.onFailure((failure, reply) -> streams.add(failure.notification().streamId())),
                "fail");

        assertThat(streams).containsExactly(1L);
    }

    @Test
    void isLoggedOnceWithItsCauseAndWhenItFails() {
        try (Logged logged = new Logged(Agent.class)) {
            answer(HandlerKind.BLOCKING, builder -> builder.onFailure(FailurePolicyTest::failToo), "fail", "fail2");

            assertThat(logged.warnings()).hasSize(2);
            assertThat(logged.warnings().get(0)).startsWith("message \"fail\" from /127.0.0.1:")
                    .endsWith(", stream 1, frame 1: handler-error, answered by the failure policy");
            assertThat(logged.warnings().get(1))
                    .startsWith("the failure policy itself failed, for: message \"fail\" from /127.0.0.1:");
        }
    }

    private static void failToo(Failure failure, Reply reply) {
        throw new IllegalStateException("planted, too");
    }
}
