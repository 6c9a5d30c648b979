package dev.spoa.cli;

import java.io.Console;

/** Whether a person watches. */
final class Terminal {
    private Terminal() {}

    /** Whether standard input and output are a terminal. */
    @SuppressWarnings("SystemConsoleNull") // on 22 and 23 there is always one, and then it is asked what it is
    static boolean isThere() {
        Console console = System.console();
        return console != null && isTerminal(console);
    }

    /** {@code Console.isTerminal()} is there from 22 on; before that there is no console without a terminal. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
