package dev.spoa.benchmarks;

import java.util.Locale;

/** What a NOTIFY has in it. */
public enum Payload {
    /** One address. */
    SMALL,
    /** Six arguments of some 600 bytes, of which the address is the last. */
    HTTP;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
