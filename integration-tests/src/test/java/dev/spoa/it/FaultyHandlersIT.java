package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Limits;
import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What handlers do wrong costs their own NOTIFY, and no other. */
class FaultyHandlersIT {
    private static final int TIMES = 200;

    static Stream<Supplier<Throwable>> thrown() {
        return Stream.of(() -> new OutOfMemoryError("planted"), StackOverflowError::new, AssertionError::new,
                NoClassDefFoundError::new, Indescribable::new, InterruptedException::new, Throwable::new);
    }

    /** Not even its text can be had. */
    private static final class Indescribable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("planted in getMessage");
        }
    }

    /** Handlers may throw nothing but exceptions by their signature, but they can. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private static AgentBuilder fixture() {
        return FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).listen("127.0.0.1:0")
                .shutdownHook(false);
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void throwing(Supplier<Throwable> thrown) {
        try (Agent agent = fixture()
                .on("blocking", (message, reply) -> FaultyHandlersIT.<RuntimeException>sneak(thrown.get()))
                .onInline("inline", (message, reply) -> FaultyHandlersIT.<RuntimeException>sneak(thrown.get()))
                .onAsync("async", (message, reply) -> CompletableFuture.failedFuture(thrown.get())).start();
                Bystander bystander = new Bystander(agent.addresses().getFirst());
                Engine engine = Engine.builder().connect(agent.addresses().getFirst())) {
            List<CompletableFuture<Ack>> answers = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                for (String message : List.of("blocking", "inline", "async")) {
                    answers.add(engine.notify(message));
                }
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.join().value(Scope.TRANSACTION, "agent_error"))
                    .contains(Value.of(FailureKind.HANDLER_ERROR.text())));
            bystander.assertNothingLost();
        }
    }

    @Test
    void neverReturning() {
        CountDownLatch end = new CountDownLatch(1);
        int places = 50;
        try (Agent agent = fixture().limits(Limits.builder().deadline(Duration.ofMillis(50)).build())
                .on("stubborn", (message, reply) -> waitStubbornly(end)).inFlight("stubborn", places).start();
                Bystander bystander = new Bystander(agent.addresses().getFirst());
                Engine engine = Engine.builder().connect(agent.addresses().getFirst())) {
            List<String> errors = new ArrayList<>();
            for (int i = 0; i < 2 * places; i++) {
                errors.add(engine.notify("stubborn").join().value(Scope.TRANSACTION, "agent_error").orElseThrow()
                        .toString());
            }
            bystander.awaitMore();
            assertThat(errors).filteredOn(error -> error.contains("deadline")).hasSize(places);
            assertThat(errors).filteredOn(error -> error.contains("overload")).hasSize(places);
            assertThat(agent.statistics().inFlight()).isBetween((long) places, places + 1L);
            Figures.record("faults", places + " handlers that never return, " + bystander.assertNothingLost());

            agent.close(Duration.ofMillis(100));
            end.countDown();
        }
    }

    private static void waitStubbornly(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                // that is what makes it stubborn
            }
        }
    }
}
