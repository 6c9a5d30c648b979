package dev.spoa.fuzz;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a target expects of the code that it feeds. */
public final class Violation {
    private Violation() {}

    /**
     * Fails unless something holds.
     *
     * @param holds what has to be true
     * @param otherwise what is wrong if it is not
     */
    public static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    /**
     * Fails unless two values are equal.
     *
     * @param what what they are
     * @param actual what the code says
     * @param expected what the target says
     */
    public static void checkEqual(String what, @Nullable Object actual, @Nullable Object expected) {
        if (!Objects.equals(actual, expected)) {
            throw new AssertionError(what + ": expected " + expected + ", but it is " + actual);
        }
    }
}
