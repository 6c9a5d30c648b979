package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a handler throws, its NOTIFY has one ACK. */
class HandlerFailureTest {
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        @SuppressWarnings("unchecked") T any = (T) thrown;
        throw any;
    }

    static Stream<Arguments> everythingThrown() {
        return Stream.of(HandlerKind.values())
                .flatMap(kind -> Stream
                        .of(new IOException("planted"), new IllegalStateException("planted"),
                                new AssertionError("planted"), new OutOfMemoryError("planted"),
                                new StackOverflowError("planted"), new Throwable("planted"),
                                new InterruptedException("planted"), new CompletionException("planted", null))
                        .map(thrown -> Arguments.of(kind, thrown)));
    }

    @ParameterizedTest
    @MethodSource("everythingThrown")
    void answersEachNotifyOnceWhenTheHandlerThrows(HandlerKind kind, Throwable thrown) {
        List<Failure> asked = new ArrayList<>();
        FailurePolicy errorVariable = FailurePolicy.errorVariable();
        try (Agent agent = Agents.start(builder -> {
            kind.register(builder, "before", Agents::answer);
            kind.register(builder, "failing", (message, reply) -> {
                reply.set(Scope.SESSION, "half", 1).unset(Scope.SESSION, "done");
                HandlerFailureTest.<RuntimeException>sneak(thrown);
            });
            kind.register(builder, "after", Agents::answer);
            builder.onFailure((failure, reply) -> {
                asked.add(failure);
                errorVariable.onFailure(failure, reply);
            });
        }); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("before"), PeerBytes.message("failing"),
                    PeerBytes.message("after")))
                    .sendNotify(3, 1, "after");

            for (Peer.Ack ack : peer.readAcks(2)) {
                if (ack.streamId() == 1) {
                    assertThat(ack.actions()).containsExactly(Agents.answerOf("before"), Agents.answerOf("after"),
                            Agents.error(FailureKind.HANDLER_ERROR));
                } else {
                    assertThat(ack.actions()).containsExactly(Agents.answerOf("after"));
                }
            }
            assertThat(asked).hasSize(1);
            assertThat(asked.getFirst().kind()).isEqualTo(FailureKind.HANDLER_ERROR);
            assertThat(asked.getFirst().message()).contains("failing");
            assertThat(asked.getFirst().cause().map(Throwable::getMessage)).contains("planted");
            assertThat(agent.statistics().acks()).isEqualTo(2);
            assertThat(agent.statistics().failures()).containsEntry(FailureKind.HANDLER_ERROR, 1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatAnArgumentWasBad(HandlerKind kind) {
        List<Optional<Throwable>> causes = new ArrayList<>();
        try (Agent agent = Agents.start(builder -> kind
                .register(builder, "check",
                        (message, reply) -> reply.set(Scope.SESSION, "n", message.integer("n"))
                                .set(Scope.SESSION, "ip", message.address("ip")))
                .onFailure((failure, reply) -> {
                    causes.add(failure.cause());
                    FailurePolicy.errorVariable().onFailure(failure, reply);
                })); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "check", PeerBytes.arg("n", Value.of(5L)), PeerBytes.arg("ip", Value.NULL));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.error(FailureKind.BAD_ARGUMENT));
            assertThat(causes).singleElement().extracting(cause -> cause.orElseThrow().getMessage())
                    .isEqualTo("message \"check\", argument \"ip\": expected an address, but NULL came");
            assertThat(agent.statistics().failures()).containsEntry(FailureKind.BAD_ARGUMENT, 1L)
                    .containsEntry(FailureKind.HANDLER_ERROR, 0L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesANameThatHaproxyWouldNotTakeForAFailure(HandlerKind kind) {
        try (Agent agent = Agents.start(builder -> kind.register(builder.variablePrefix("p".repeat(51)), "check",
                (message, reply) -> reply.set(Scope.TRANSACTION, "ok", true).set(Scope.TRANSACTION, "too_long", 1)));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "check");

            // the name of the default policy's variable is too long with this prefix, too
            assertThat(peer.readAck(1, 1)).isEmpty();
            assertThat(agent.statistics().failures()).containsEntry(FailureKind.HANDLER_ERROR, 1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatAMessageIsUnknown(HandlerKind kind) {
        List<Failure> asked = new ArrayList<>();
        try (Agent agent = Agents.start(builder -> {
            kind.register(builder, "before", Agents::answer);
            kind.register(builder, "after", Agents::answer);
            builder.onFailure((failure, reply) -> {
                asked.add(failure);
                FailurePolicy.errorVariable().onFailure(failure, reply);
            });
        }); Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.send(PeerBytes.notify(1, 1, PeerBytes.message("before"), PeerBytes.message("caf\u00e9"),
                    PeerBytes.message("after")));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("before"), Agents.answerOf("after"),
                    Agents.error(FailureKind.UNKNOWN_MESSAGE));
            assertThat(asked).singleElement().satisfies(failure -> {
                assertThat(failure.message()).contains("caf\u00e9");
                assertThat(failure.cause()).isEmpty();
            });
        }
    }

    /** What it has set so far would look like an answer. */
    @ParameterizedTest
    @EnumSource
    void endsTheConnectionWhenItCannotEvenBeSaidWhatFailed(HandlerKind kind) {
        CompletionException indescribable = new CompletionException("planted", null) {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                throw new OutOfMemoryError("planted, too");
            }
        };
        try (Agent agent = Agents.start(builder -> {
            kind.register(builder, "failing", (message, reply) -> {
                reply.set(Scope.SESSION, "half", 1);
                throw indescribable;
            });
            kind.register(builder, "ok", Agents::answer);
        }); Peer peer = Peer.mux(Agents.addressOf(agent)); Peer other = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "failing");

            peer.expectClosed();
            Agents.until(() -> agent.statistics().inFlight() == 0);
            other.sendNotify(1, 1, "ok");
            assertThat(other.readAck(1, 1)).containsExactly(Agents.answerOf("ok"));
            assertThat(agent.statistics().acks()).isEqualTo(1);
        }
    }
}
