package dev.spoa.cli;

import java.util.Locale;

/** How a time is told to people. */
final class Elapsed {
    private Elapsed() {}

    static String text(long micros) {
        return micros < 10_000_000 ? String.format(Locale.ROOT, "%.2f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }
}
