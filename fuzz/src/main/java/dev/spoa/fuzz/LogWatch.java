package dev.spoa.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Takes all that is logged, writes none of it, and remembers the first warning that no input may cause. */
public final class LogWatch extends AppenderBase<ILoggingEvent> {
    private final Predicate<String> isExpected;
    private final AtomicReference<@Nullable String> unexpected = new AtomicReference<>();

    private LogWatch(Predicate<String> isExpected) {
        this.isExpected = isExpected;
    }

    /**
     * Replaces all appenders of this JVM.
     *
     * @param isExpected which warnings an input may cause, by their text
     * @return the watch
     */
    public static LogWatch install(Predicate<String> isExpected) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.WARN);
        LogWatch watch = new LogWatch(isExpected);
        watch.setContext(root.getLoggerContext());
        watch.start();
        root.addAppender(watch);
        return watch;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String text = event.getFormattedMessage();
        if (!isExpected.test(text)) {
            IThrowableProxy cause = event.getThrowableProxy();
            unexpected.compareAndSet(null, text + (cause == null ? "" : "\n" + ThrowableProxyUtil.asString(cause)));
        }
    }

    /** Fails if there was a warning that no input may cause. */
    public void check() {
        String text = unexpected.getAndSet(null);
        Violation.check(text == null, () -> "logged: " + text);
    }
}
