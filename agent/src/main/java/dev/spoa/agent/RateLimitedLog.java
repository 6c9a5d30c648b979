package dev.spoa.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One kind of warning that a peer or a handler can cause as often as it likes: written at most once in ten seconds, with
 * the number of those left out since. Safe for any thread.
 */
final class RateLimitedLog {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_LENGTH = 500;

    private final Logger log;
    private final LongSupplier clock;
    private final AtomicLong next;
    private final LongAdder left = new LongAdder();

    RateLimitedLog(Logger log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
        this.next = new AtomicLong(clock.getAsLong());
    }

    void warn(Supplier<String> text, @Nullable Throwable cause) {
        long now = clock.getAsLong();
        long due = next.get();
        if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL)) {
            left.increment();
            return;
        }
        long others = left.sumThenReset();
        String more = others == 0 ? "" : " (and " + others + " like it since the last of these lines)";
        String line = printable(text.get()) + more;
        // a cause of the user's can fail even to be described; that must not cost the NOTIFY its answer
        if (!isLogged(line, cause)) {
            isLogged(line + " (its cause cannot be logged)", null);
        }
    }

    private boolean isLogged(String line, @Nullable Throwable cause) {
        try {
            log.warn(line, cause == null ? null : PrintableCause.of(cause));
            return true;
        } catch (Throwable e) {
            return false;
        }
    }

    /** What came from a peer must neither fill the log nor forge lines in it. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(MAX_LENGTH).forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > MAX_LENGTH ? line + "…" : line.toString();
    }
}
