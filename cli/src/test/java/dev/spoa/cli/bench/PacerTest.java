package dev.spoa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineException;
import dev.spoa.engine.Message;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Everything on one thread, with a clock of the test's: a millisecond is exactly one. */
class PacerTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;
    private static final Ack EMPTY = new Ack(1, 1, List.of());
    private final IOException gone = new IOException("gone");

    private final ManualTimer timer = new ManualTimer();
    private final List<ScriptedLink> links = new ArrayList<>();
    /** What the next attempts to connect fail with. */
    private final Deque<Throwable> refusals = new ArrayDeque<>();

    private Pacer opened(int connections, Payload payload, Supplier<ScriptedLink> link) {
        Pacer pacer = new Pacer(payload, 1, timer, () -> {
            if (!refusals.isEmpty()) {
                return CompletableFuture.failedFuture(refusals.remove());
            }
            links.add(link.get());
            return CompletableFuture.completedFuture(links.getLast());
        });
        assertThat(pacer.open(connections)).isCompleted();
        return pacer;
    }

    private Pacer opened(int connections, int window) {
        return opened(connections, Payload.of("any", List.of()), () -> new ScriptedLink(window));
    }

    private Pacer opened(int connections, int window, LongUnaryOperator answeredAt) {
        return opened(connections, Payload.of("any", List.of()),
                () -> ScriptedLink.answering(window, timer, answeredAt));
    }

    private static Schedule closedLoop(long warmup, long duration) {
        return new Schedule(0, warmup, warmup + duration, 0);
    }

    private static Schedule openLoop(long warmup, long duration, long interval) {
        return new Schedule(0, warmup, warmup + duration, interval);
    }

    /** Takes a millisecond for each NOTIFY, but says nothing from one time to another. */
    private static LongUnaryOperator stall(long from, long until) {
        return sent -> sent + MS >= from && sent + MS < until ? until : sent + MS;
    }

    private static double shareAbove(Histogram latencies, long nanos) {
        return 1 - latencies.getPercentileAtOrBelowValue(nanos) / 100;
    }

    @Test
    void openLoopShowsHowLongEveryoneWaitedForAStalledAgent() {
        Pacer pacer = opened(1, 10, stall(4 * SECOND, 5 * SECOND));
        pacer.start(openLoop(0, 10 * SECOND, MS));
        timer.runUntil(11 * SECOND);

        assertThat(pacer.done()).isCompleted();
        Histogram latencies = pacer.interval();
        assertThat(pacer.tally().acks).isEqualTo(10_000);
        assertThat(latencies.getTotalCount()).isEqualTo(10_000);
        // a tenth of all were due while nothing was answered, and each waited for what was left of that second; with ten
        // in flight the agent needs a ninth of a second more to make up for it
        assertThat(shareAbove(latencies, 2 * MS)).isBetween(0.105, 0.115);
        assertThat(shareAbove(latencies, 500 * MS)).isBetween(0.05, 0.06);
        assertThat(latencies.getMaxValue()).isBetween(999 * MS, 1_002 * MS);
        assertThat(pacer.tally().unsent).isZero();
    }

    @Test
    void closedLoopHidesTheSameStall() {
        Pacer pacer = opened(1, 10, stall(4 * SECOND, 5 * SECOND));
        pacer.start(closedLoop(0, 10 * SECOND));
        timer.runUntil(11 * SECOND);

        Histogram latencies = pacer.interval();
        assertThat(latencies.getCountBetweenValues(2 * MS, 2 * SECOND)).isEqualTo(10);
        assertThat(latencies.getValueAtPercentile(99.9)).isBetween(MS - MS / 1_000, MS + MS / 1_000);
    }

    @Test
    void openLoopCountsWhatIsStillWaitingAtTheEnd() {
        Pacer pacer = opened(1, 10, sent -> 60 * SECOND);
        pacer.start(openLoop(0, SECOND, MS));
        timer.runUntil(SECOND);
        assertThat(pacer.done()).isNotDone();
        timer.runUntil(60 * SECOND);

        assertThat(pacer.done()).isCompleted();
        assertThat(pacer.tally().acks).isEqualTo(10);
        assertThat(pacer.tally().unsent).isEqualTo(990);
        Histogram latencies = pacer.interval();
        assertThat(latencies.getTotalCount()).isEqualTo(1_000);
        assertThat(latencies.getValueAtPercentile(50)).isBetween(490 * MS, 510 * MS);
        assertThat(latencies.getMaxValue()).isGreaterThan(59 * SECOND);
    }

    @Test
    void openLoopKeepsItsTimesWhateverTheAgentDoes() {
        Pacer pacer = opened(2, 3);
        pacer.start(openLoop(0, SECOND, 10 * MS));
        timer.runUntil(35 * MS);
        // due at 0, 10, 20 and 30 ms, on both connections in turn
        assertThat(links.get(0).pending()).isEqualTo(2);
        assertThat(links.get(1).pending()).isEqualTo(2);
        timer.runUntil(100 * MS);
        assertThat(links.get(0).pending() + links.get(1).pending()).isEqualTo(6);
        links.get(0).answer(EMPTY);
        links.get(0).answer(EMPTY);
        links.get(0).answer(EMPTY);
        // three places for what has been waiting since 60, 70 and 80 ms
        assertThat(links.get(0).pending()).isEqualTo(3);
        assertThat(links.get(1).pending()).isEqualTo(3);
        assertThat(pacer.gauges().inFlight.get()).isEqualTo(6);
    }

    @Test
    void measuresWhatWasDueAfterTheWarmup() {
        Pacer pacer = opened(1, 1, sent -> sent + 400 * MS);
        pacer.start(closedLoop(SECOND, SECOND));
        timer.runUntil(3 * SECOND);

        // sent at 0, 400, 800 | 1200, 1600 | and no more at 2000
        assertThat(pacer.tally().acks).isEqualTo(2);
        assertThat(pacer.interval().getTotalCount()).isEqualTo(2);
        assertThat(pacer.gauges().acks.get()).isEqualTo(5);
        assertThat(pacer.tally().traffic).isEqualTo(new Traffic(20, 15));
    }

    @Test
    void keepsEveryPlaceInFlightFilled() {
        Pacer pacer = opened(2, 3);
        pacer.start(closedLoop(0, SECOND));
        assertThat(links).allSatisfy(link -> assertThat(link.pending()).isEqualTo(3));
        links.get(1).answer(EMPTY);
        assertThat(links.get(1).pending()).isEqualTo(3);
        assertThat(links.get(1).sent).hasSize(4);
        assertThat(links.get(0).sent).hasSize(3);
        timer.runUntil(SECOND);
        while (links.get(0).pending() + links.get(1).pending() > 0) {
            links.get(links.get(0).pending() > 0 ? 0 : 1).answer(EMPTY);
        }
        assertThat(pacer.done()).isCompleted();
        assertThat(pacer.tally().window).isEqualTo(3);
    }

    @Test
    void countsWrongAnswersAndFailuresByKind() {
        Pacer pacer = opened(1, Payload.of("echo", List.of(new Argument("a", Value.of("b")))),
                () -> new ScriptedLink(1));
        pacer.start(closedLoop(0, SECOND));
        ScriptedLink link = links.getFirst();
        link.answer(EMPTY);
        link.answer(new Ack(1, 1, List.of(new Action.SetVar(Scope.TRANSACTION, "a", Value.of("b")))));
        link.answer(new Ack(1, 1, List.of(new Action.SetVar(Scope.TRANSACTION, "a", Value.of("c")))));
        link.answer(new Ack(1, 1, List.of(new Action.SetVar(Scope.TRANSACTION, "agent_error", Value.of("overload")))));
        timer.runUntil(SECOND);
        link.fail(gone);

        assertThat(pacer.done()).isCompleted();
        assertThat(pacer.tally().acks).isEqualTo(4);
        assertThat(pacer.tally().errors.byKind()).containsOnlyKeys("wrong-answer", "agent-error:overload",
                "ioexception");
        assertThat(pacer.tally().errors.byKind().get("wrong-answer")).isEqualTo(new ErrorCount(2, "[]"));
        assertThat(pacer.tally().errors.byKind().get("ioexception")).isEqualTo(new ErrorCount(1, "gone"));
        assertThat(pacer.gauges().errors.get()).isEqualTo(4);
    }

    @Test
    void waitsBeforeItSendsAgainWhatCannotBeSent() {
        ScriptedLink failing = new ScriptedLink(2) {
            @Override
            public CompletableFuture<Ack> send(List<Message> messages) {
                var unused = super.send(messages);
                return CompletableFuture.failedFuture(gone);
            }
        };
        Pacer pacer = opened(1, Payload.of("any", List.of()), () -> failing);
        pacer.start(closedLoop(0, SECOND));
        assertThat(failing.sent).hasSize(2);
        timer.runUntil(9 * MS);
        assertThat(failing.sent).hasSize(2);
        timer.runUntil(10 * MS);
        assertThat(failing.sent).hasSize(4);
        timer.runUntil(2 * SECOND);
        assertThat(pacer.done()).isCompleted();
        assertThat(pacer.tally().errors.byKind().get("ioexception").number()).isEqualTo(failing.sent.size());
    }

    private Pacer refusedWith(Supplier<Throwable> why) {
        return new Pacer(Payload.small(), 1, timer, () -> CompletableFuture.failedFuture(why.get()));
    }

    /** What a connection to nobody fails with. */
    private static EngineException unreachable() {
        return catchThrowableOfType(EngineException.class,
                () -> Engine.builder().connect("unix@" + Path.of("target", "nobody")));
    }

    @Test
    void triesAgainWhileTheBacklogIsFull() {
        refusals.addAll(Collections.nCopies(3, unreachable()));
        Pacer pacer = new Pacer(Payload.small(), 1, timer, () -> {
            if (!refusals.isEmpty()) {
                return CompletableFuture.failedFuture(refusals.remove());
            }
            links.add(new ScriptedLink(1));
            return CompletableFuture.completedFuture(links.getLast());
        });
        CompletableFuture<Void> opened = pacer.open(2);
        timer.runUntil(10 * MS);
        assertThat(links).hasSize(1);
        assertThat(opened).isNotDone();
        timer.runUntil(30 * MS);
        assertThat(links).hasSize(2);
        assertThat(opened).isCompleted();
        assertThat(pacer.tally().errors.byKind()).isEmpty();
    }

    @Test
    void givesUpWhenNoneIsAcceptedForASecond() {
        EngineException why = unreachable();
        CompletableFuture<Void> opened = refusedWith(() -> why).open(1);
        timer.runUntil(1_269 * MS);
        assertThat(opened).isNotDone();
        timer.runUntil(1_270 * MS);
        assertThat(opened).isCompletedExceptionally();
    }

    @Test
    void doesNotTryAgainWhatIsNoMatterOfTheBacklog() {
        assertThat(refusedWith(() -> gone).open(1)).isCompletedExceptionally();
    }

    @Test
    void opensALostConnectionAgain() {
        Pacer pacer = opened(2, 3);
        pacer.start(closedLoop(0, 10 * SECOND));
        links.getFirst().lose(gone);
        assertThat(links).hasSize(2);
        timer.runUntil(10 * MS);

        assertThat(links).hasSize(3);
        assertThat(links.getLast().pending()).isEqualTo(3);
        assertThat(pacer.tally().lost).isEqualTo(1);
        assertThat(pacer.tally().reopened).isEqualTo(1);
        assertThat(pacer.tally().errors.byKind()).isEqualTo(Map.of("ioexception", new ErrorCount(3, "gone")));
        assertThat(links.getFirst().sent).as("nothing more on the lost one").hasSize(3);
    }

    @Test
    void waitsLongerEachTimeThatAConnectionCannotBeOpened() {
        Pacer pacer = opened(1, 1);
        pacer.start(closedLoop(0, 100 * SECOND));
        for (int i = 0; i < 10; i++) {
            refusals.add(new IOException("refused"));
        }
        links.getFirst().lose(gone);
        List<Long> attempts = new ArrayList<>();
        int left = refusals.size();
        for (long time = 0; time <= 10 * SECOND; time += MS) {
            timer.runUntil(time);
            if (refusals.size() < left) {
                left = refusals.size();
                attempts.add(time / MS);
            }
        }
        assertThat(attempts).containsExactly(10L, 30L, 70L, 150L, 310L, 630L, 1_270L, 2_270L, 3_270L, 4_270L);
        assertThat(links).hasSize(2);
        assertThat(pacer.tally().notReopened).isEqualTo(10);
        assertThat(pacer.tally().reopened).isEqualTo(1);
        assertThat(pacer.tally().errors.byKind()).containsOnlyKeys("ioexception", "reopen-ioexception");
    }

    @Test
    void openLoopGoesOnWithItsBacklogWhenAConnectionIsBack() {
        Pacer pacer = opened(1, 100);
        pacer.start(openLoop(0, SECOND, MS));
        timer.runUntil(99 * MS);
        links.getFirst().lose(gone);
        timer.runUntil(108 * MS);
        assertThat(links).hasSize(1);
        timer.runUntil(109 * MS);
        assertThat(links.getLast().pending()).isEqualTo(10);
        assertThat(pacer.tally().errors.byKind().get("ioexception").number()).isEqualTo(100);
    }

    @Test
    void closesAConnectionThatOpensTooLate() {
        CompletableFuture<Link> late = new CompletableFuture<>();
        Pacer pacer = new Pacer(Payload.small(), 1, timer, () -> late);
        assertThat(pacer.open(1)).isNotDone();
        assertThat(pacer.close()).isCompleted();
        ScriptedLink link = new ScriptedLink(1);
        late.complete(link);
        assertThat(link.isOpen()).isFalse();
    }

    @Test
    void closesAllConnections() {
        Pacer pacer = opened(2, 1);
        assertThat(pacer.close()).isCompleted();
        assertThat(links).hasSize(2).noneMatch(ScriptedLink::isOpen);
        timer.runUntil(10 * SECOND);
        assertThat(links).hasSize(2);
    }
}
