package dev.spoa.testkit;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is started by the first who needs it and ended by the last. JUnit calls an extension in a static field
 * before and after a class and each of its tests, one in an instance's field only around a test, and one that nested
 * classes or subclasses inherit several times over: counting the calls is right for all of them. Safe for any thread.
 *
 * @param <T> what is started
 */
final class Lease<T> {
    private final String name;
    private final Supplier<T> start;
    private final Consumer<T> end;
    private @Nullable T current;
    private int users;

    Lease(String name, Supplier<T> start, Consumer<T> end) {
        this.name = name;
        this.start = start;
        this.end = end;
    }

    /** Whatever this throws, {@link #end} must follow. */
    synchronized void begin() {
        if (users++ == 0) {
            current = start.get();
        }
    }

    synchronized void end() {
        T ended = current;
        if (--users == 0 && ended != null) {
            current = null;
            end.accept(ended);
        }
    }

    synchronized T get() {
        T running = current;
        if (running == null) {
            throw new IllegalStateException(name + " is not running: it does only while tests do. Is the extension in a"
                    + " field with @RegisterExtension, and not asked before JUnit starts the tests? Of two extensions"
                    + " in static fields, or in instance fields, the first needs @Order(1) and the second @Order(2).");
        }
        return running;
    }
}
