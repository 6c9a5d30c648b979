package dev.spoa.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What one logger is told until this is closed. It is kept off the console meanwhile. */
final class Logged implements AutoCloseable {
    private final Logger logger;
    private final boolean additive;
    private final Level level;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    Logged(Class<?> name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        additive = logger.isAdditive();
        level = logger.getLevel();
        logger.setAdditive(false);
        logger.setLevel(Level.DEBUG);
        appender.start();
        logger.addAppender(appender);
    }

    Logger logger() {
        return logger;
    }

    List<ILoggingEvent> events() {
        return List.copyOf(appender.list);
    }

    /** The texts, in their order. */
    List<String> lines() {
        return events().stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** The texts at level WARN and above. */
    List<String> warnings() {
        return events().stream().filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setAdditive(additive);
        logger.setLevel(level);
    }
}
