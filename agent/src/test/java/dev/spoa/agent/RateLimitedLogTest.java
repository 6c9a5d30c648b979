package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
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

        assertThat(firstCause().getMessage()).isEqualTo("java.lang.IllegalStateException: why");
    }

    private IThrowableProxy firstCause() {
        return logged.events().getFirst().getThrowableProxy();
    }

    /** As that of a NumberFormatException does which quotes an argument. */
    @Test
    void writesACauseWhoseTextIsAStrangersOnOneShortLine() {
        String hostile = "7\nWARN forged\r\u001b[2J" + "x".repeat(100_000);
        NumberFormatException inner = new NumberFormatException(hostile);
        IllegalStateException cause = new IllegalStateException(hostile, inner);
        cause.addSuppressed(new IllegalArgumentException(hostile));

        log.warn(() -> "one", cause);

        assertShort(firstCause(), cause);
        assertShort(firstCause().getCause(), inner);
        assertShort(firstCause().getSuppressed()[0], cause.getSuppressed()[0]);
        StringWriter printed = new StringWriter();
        ((ThrowableProxy) firstCause()).getThrowable().printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString()).startsWith("java.lang.IllegalStateException: 7\\x0aWARN forged\\x0d\\x1b[2Jxxx")
                .contains("Caused by: java.lang.NumberFormatException: 7\\x0aWARN",
                        "Suppressed: java.lang.IllegalArgumentException: 7\\x0aWARN")
                .doesNotContain("x".repeat(501));
    }

    private static void assertShort(IThrowableProxy written, Throwable original) {
        assertThat(written.getMessage())
                .startsWith(original.getClass().getName() + ": 7\\x0aWARN forged\\x0d\\x1b[2Jxxx").endsWith("x…")
                .hasSizeLessThan(600);
        assertThat(written.getStackTraceElementProxyArray())
                .extracting(StackTraceElementProxy::getStackTraceElement).containsExactly(original.getStackTrace());
    }

    @Test
    void writesACauseThatIsItsOwnCauseAndHasSuppressedMuch() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);
        for (int i = 0; i < 1_000; i++) {
            two.addSuppressed(one);
        }

        log.warn(() -> "one", two);

        assertThat(logged.warnings()).containsExactly("one");
        assertThat(count(firstCause())).isEqualTo(16);
    }

    private static int count(IThrowableProxy written) {
        int suppressed = Arrays.stream(written.getSuppressed()).mapToInt(RateLimitedLogTest::count).sum();
        return 1 + suppressed + (written.getCause() == null ? 0 : count(written.getCause()));
    }

    @Test
    void writesTheLineWhereItsCauseCannotBeDescribed() {
        log.warn(() -> "one", new Exception() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no");
            }
        });

        assertThat(logged.warnings()).containsExactly("one (its cause cannot be logged)");
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
