package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CompletionsTest {
    private final Deque<Runnable> wakeUps = new ArrayDeque<>();
    private final List<Exchange> taken = new ArrayList<>();
    private int batches;
    private final Completions completions = new Completions(wakeUps::add, taken::add, () -> batches++);

    private Exchange push(long streamId) {
        Exchange exchange = Exchanges.of(streamId, 1);
        completions.push(exchange);
        return exchange;
    }

    @Test
    void takesManyInTheirOrderAfterOneWakeUp() {
        List<Exchange> pushed = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pushed.add(push(i));
        }
        assertThat(wakeUps).hasSize(1);
        assertThat(taken).isEmpty();

        wakeUps.remove().run();

        assertThat(taken).containsExactlyElementsOf(pushed)
                .allMatch(exchange -> exchange.nextCompleted == null);
        assertThat(batches).isEqualTo(1);
    }

    @Test
    void wakesTheLoopAgainForWhatComesAfterABatch() {
        push(1);
        wakeUps.remove().run();

        push(2);

        assertThat(wakeUps).hasSize(1);
        wakeUps.remove().run();
        assertThat(taken).hasSize(2);
        assertThat(batches).isEqualTo(2);
    }

    @Test
    void letsTheConsumerPushTheSameExchangeAgain() {
        List<Long> seen = new ArrayList<>();
        Completions[] queue = new Completions[1];
        queue[0] = new Completions(wakeUps::add, exchange -> {
            seen.add(exchange.streamId());
            if (seen.size() < 3) {
                queue[0].push(exchange);
            }
        }, () -> batches++);
        queue[0].push(Exchanges.of(1, 1));
        queue[0].push(Exchanges.of(2, 1));

        while (!wakeUps.isEmpty()) {
            wakeUps.remove().run();
        }

        assertThat(seen).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void takesTheRestOfABatchAfterAnError() {
        Completions queue = new Completions(wakeUps::add, exchange -> {
            taken.add(exchange);
            if (taken.size() == 1) {
                throw new OutOfMemoryError("planted");
            }
        }, () -> batches++);
        List<Exchange> pushed = List.of(Exchanges.of(1, 1), Exchanges.of(2, 1), Exchanges.of(3, 1));
        pushed.forEach(queue::push);

        assertThatThrownBy(() -> wakeUps.remove().run()).isInstanceOf(OutOfMemoryError.class);
        assertThat(batches).isEqualTo(1);
        wakeUps.remove().run();

        assertThat(taken).containsExactlyElementsOf(pushed);
        assertThat(batches).isEqualTo(2);
    }

    @Test
    void ignoresAnEventLoopThatTakesNothingAnyMore() {
        Completions closed = new Completions(task -> {
            throw new RejectedExecutionException("closed");
        }, taken::add, () -> batches++);

        assertThatCode(() -> {
            closed.push(Exchanges.of(1, 1));
            closed.push(Exchanges.of(2, 1));
        }).doesNotThrowAnyException();
        assertThat(taken).isEmpty();
    }

    @Test
    void losesNothingThatManyThreadsPush() {
        int threads = 8;
        int each = 5_000;
        long[] lastOf = new long[threads];
        int[] count = new int[1];
        CountDownLatch all = new CountDownLatch(threads * each);
        try (ExecutorService loop = Executors.newSingleThreadExecutor()) {
            Completions queue = new Completions(loop, exchange -> {
                int thread = (int) exchange.streamId();
                assertThat(exchange.frameId()).isEqualTo(lastOf[thread] + 1);
                lastOf[thread]++;
                count[0]++;
                all.countDown();
            }, () -> {
            });
            for (int i = 0; i < threads; i++) {
                int thread = i;
                Thread.ofVirtual().start(() -> {
                    for (int frame = 1; frame <= each; frame++) {
                        queue.push(Exchanges.of(thread, frame));
                    }
                });
            }
            Agents.until(() -> all.getCount() == 0);
        }
        assertThat(count[0]).isEqualTo(threads * each);
    }
}
