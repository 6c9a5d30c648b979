package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WaitingExchangesTest {
    private final WaitingExchanges waiting = new WaitingExchanges();

    private Exchange add(long streamId) {
        Exchange exchange = Exchanges.of(streamId, 1);
        waiting.add(exchange);
        return exchange;
    }

    private List<Long> all() {
        List<Long> all = new ArrayList<>();
        for (Exchange next = waiting.poll(); next != null; next = waiting.poll()) {
            assertThat(next.nextWaiting).as("what came after it").isNull();
            all.add(next.streamId());
        }
        return all;
    }

    @Test
    void givesThemInTheirOrderOnceTheyArePassedOn() {
        add(1);
        add(2);
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.poll()).isNull();

        waiting.pass();

        assertThat(waiting.isEmpty()).isFalse();
        assertThat(all()).containsExactly(1L, 2L);
        assertThat(waiting.isEmpty()).isTrue();
    }

    @Test
    void passesNothingOnWhereNothingWasAdded() {
        waiting.pass();

        assertThat(waiting.isEmpty()).isTrue();
    }

    @Test
    void appendsToWhatWasPassedOnBefore() {
        add(1);
        waiting.pass();
        add(2);
        add(3);
        waiting.pass();
        waiting.pass();

        assertThat(all()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void keepsWhatIsBeingTakenBeforeWhatComes() {
        add(1);
        add(2);
        waiting.pass();
        assertThat(waiting.poll()).extracting(Exchange::streamId).isEqualTo(1L);
        add(3);
        waiting.pass();

        assertThat(all()).containsExactly(2L, 3L);
        add(4);
        waiting.pass();
        assertThat(all()).containsExactly(4L);
    }

    @Test
    void givesEachToOneThreadAndToEachThreadInOrder() throws InterruptedException {
        int number = 100_000;
        AtomicBoolean passed = new AtomicBoolean();
        ConcurrentLinkedQueue<List<Long>> taken = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                List<Long> mine = new ArrayList<>();
                while (true) {
                    boolean last = passed.get();
                    Exchange next = waiting.poll();
                    if (next != null) {
                        mine.add(next.streamId());
                    } else if (last && waiting.isEmpty()) {
                        taken.add(mine);
                        return;
                    }
                }
            }));
        }
        for (int i = 0; i < number; i++) {
            add(i);
            if (i % 7 == 0) {
                waiting.pass();
            }
        }
        waiting.pass();
        passed.set(true);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken).hasSize(4).allSatisfy(mine -> assertThat(mine).isSorted());
        assertThat(taken.stream().flatMap(List::stream).distinct().count()).isEqualTo(number);
        assertThat(taken.stream().mapToInt(List::size).sum()).isEqualTo(number);
    }
}
