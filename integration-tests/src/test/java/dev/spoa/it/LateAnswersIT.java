package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.AgentStatistics;
import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Limits;
import dev.spoa.agent.Message;
import dev.spoa.agent.Reply;
import dev.spoa.it.TwoEvents.Outcome;
import dev.spoa.protocol.Scope;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HAProxy up to 3.0 with {@code continue-on-error} uses the ids of an event that timed out again for the next (section
 * 12 g), and would take the late answer to the first for that to the second.
 */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class LateAnswersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PROCESSING = Duration.ofMillis(60);
    private static final int TIMES = 1_000;
    private static final int CLIENTS = 30;

    /** How far the two events of one request are. */
    private static final class Request {
        final CompletableFuture<Void> secondHasBegun = new CompletableFuture<>();
        final CompletableFuture<Void> firstHasEnded = new CompletableFuture<>();
    }

    @Parameter private HaproxyVersion version;

    private final ConcurrentHashMap<String, Request> requests = new ConcurrentHashMap<>();

    @BeforeEach
    void assumeHaproxy() {
        version.assumeBinary();
    }

    private Agent start(AgentBuilder handlers) {
        return handlers.listen("127.0.0.1:0").shutdownHook(false).start();
    }

    private Request requestOf(Message message) {
        return requests.computeIfAbsent(message.string("id"), id -> new Request());
    }

    private static void answer(String name, Message message, Reply reply) {
        reply.set(Scope.TRANSACTION, name, message.string("id"));
    }

    /** Is late by just so much that the next event is pending, and is not to be stopped. */
    private void firstDeaf(Message message, Reply reply) {
        Request request = requestOf(message);
        request.secondHasBegun.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        answer("first", message, reply);
        request.firstHasEnded.complete(null);
    }

    /** Is as late, but ends early when it is interrupted. */
    private void firstBlocking(Message message, Reply reply) throws Exception {
        Request request = requestOf(message);
        try {
            request.secondHasBegun.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            answer("first", message, reply);
        } finally {
            request.firstHasEnded.complete(null);
        }
    }

    private CompletionStage<?> firstAsync(Message message, Reply reply) {
        Request request = requestOf(message);
        return request.secondHasBegun.thenRun(() -> {
            answer("first", message, reply);
            request.firstHasEnded.complete(null);
        });
    }

    /** Gives the late answer time to get to HAProxy. */
    private void second(Message message, Reply reply) throws Exception {
        Request request = requestOf(message);
        request.secondHasBegun.complete(null);
        request.firstHasEnded.completeOnTimeout(null, 10, TimeUnit.MILLISECONDS).join();
        Thread.sleep(10);
        answer("second", message, reply);
        requests.remove(message.string("id"));
    }

    @Test
    void doNotReachTheNextEvent() throws Exception {
        try (Agent agent = start(Agent.builder().on("first-deaf", this::firstDeaf)
                .on("first-blocking", this::firstBlocking).onAsync("first-async", this::firstAsync)
                .on("second", this::second));
                TwoEvents events = new TwoEvents(version, agent.addresses().getFirst(), PROCESSING)) {
            Outcome outcome =
                    events.untilRight(TIMES, CLIENTS, List.of("first-deaf", "first-blocking", "first-async"));

            await().atMost(PATIENCE).until(() -> agent.statistics().inFlight() == 0);
            AgentStatistics did = agent.statistics();
            Figures.record("late-answers", String.format("%s: %d events after one that timed out, %d superseded it, "
                    + "%d late results dropped, %d mixed up, %d not answered in time", version, outcome.all(),
                    did.superseded(), did.lateResults(), outcome.mixedUp.size(), outcome.unanswered.get()));
            assertThat(outcome.mixedUp).as("mixed up").isEmpty();
            assertThat(outcome.right.get()).isGreaterThanOrEqualTo(TIMES);
            if (version.hasOldEngine()) {
                assertThat(did.superseded()).isPositive();
                assertThat(did.lateResults()).isGreaterThanOrEqualTo(did.superseded());
            } else {
                assertThat(did.superseded()).isZero();
            }
        }
    }

    /** How many there are nobody can promise; a deadline makes room for the answer before the next event. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mayCrossTheNextEventWhereTheyWereWrittenBeforeIt(boolean hasDeadline) throws Exception {
        assumeTrue(version.hasOldEngine(), "from HAProxy 3.1 on each event has ids of its own");
        Limits.Builder limits = Limits.builder();
        if (hasDeadline) {
            limits.deadline(PROCESSING.dividedBy(2));
        }
        try (Agent agent = start(Agent.builder().limits(limits.build()).on("first-blocking", (message, reply) -> {
            Thread.sleep(PROCESSING.plusMillis(ThreadLocalRandom.current().nextInt(-3, 3)));
            answer("first", message, reply);
        }).on("second", (message, reply) -> {
            Thread.sleep(10);
            answer("second", message, reply);
        })); TwoEvents events = new TwoEvents(version, agent.addresses().getFirst(), PROCESSING)) {
            Outcome outcome = events.times(TIMES, CLIENTS, List.of("first-blocking"));

            long byDeadline = agent.statistics().failures().getOrDefault(FailureKind.DEADLINE, 0L);
            Figures.record("late-answers", String.format("%s, handlers that take %d ms +/- 3 ms, %s: %d of %d crossed, "
                    + "%d were in time, %d answered by the deadline", version, PROCESSING.toMillis(),
                    hasDeadline ? "a deadline of " + PROCESSING.toMillis() / 2 + " ms" : "no deadline",
                    outcome.mixedUp.size(), outcome.all(), outcome.inTime.get(), byDeadline));
            assertThat(outcome.all()).isEqualTo(TIMES);
            assertThat(byDeadline > 0).as("answered by a deadline").isEqualTo(hasDeadline);
        }
    }
}
