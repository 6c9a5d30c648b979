package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {
    private final Logged logged = new Logged(RateLimitedLogTest.class);
    /** Near the end of the long, where a comparison of two times that does not subtract would fail. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(5).toNanos());
    private final RateLimitedLog log = new RateLimitedLog(logged.logger(), clock::get);

    @AfterEach
    void close() {
        logged.close();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void writesTheFirstLineAtOnce() {
        log.warn(() -> "one", null);

        assertThat(logged.warnings()).containsExactly("one");
        assertThat(logged.events().getFirst().getThrowableProxy()).isNull();
    }

    @Test
    void writesTheCause() {
        log.warn(() -> "one", new IllegalStateException("why"));

        assertThat(logged.events().getFirst().getThrowableProxy().getMessage()).isEqualTo("why");
    }

    @Test
    void leavesOutWhatComesWithinTenSecondsAndCountsIt() {
        log.warn(() -> "one", null);
        for (int i = 0; i < 9; i++) {
            pass(Duration.ofSeconds(1));
            log.warn(() -> "left out", null);
        }
        pass(Duration.ofSeconds(1).minusNanos(1));
        log.warn(() -> "left out", null);
        assertThat(logged.warnings()).hasSize(1);

        pass(Duration.ofNanos(1));
        log.warn(() -> "two", null);

        assertThat(logged.warnings()).containsExactly("one", "two (and 10 like it since the last of these lines)");
    }

    @Test
    void countsAnewAfterEachLine() {
        log.warn(() -> "one", null);
        log.warn(() -> "left out", null);
        pass(Duration.ofSeconds(10));
        log.warn(() -> "two", null);
        pass(Duration.ofSeconds(60));
        log.warn(() -> "three", null);

        assertThat(logged.warnings()).containsExactly("one", "two (and 1 like it since the last of these lines)",
                "three");
    }

    @Test
    void doesNotMakeATextThatIsLeftOut() {
        log.warn(() -> "one", null);
        log.warn(() -> {
            throw new AssertionError("a text was made for nothing");
        }, null);

        assertThat(logged.warnings()).hasSize(1);
    }
}
