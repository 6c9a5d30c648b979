package dev.spoa.protocol;

import java.util.Optional;

/** Where a variable of HAProxy lives, and so how long (section 1.4). */
public enum Scope {
    /** {@code proc}: the whole process. The only scope in which HAProxy creates no variable by itself (section 3.7). */
    PROCESS(0, "proc"),
    /** {@code sess}: the client's connection. */
    SESSION(1, "sess"),
    /** {@code txn}: one request and its response. */
    TRANSACTION(2, "txn"),
    /** {@code req}: while the request is processed. */
    REQUEST(3, "req"),
    /** {@code res}: while the response is processed. HAProxy ignores it silently before that. */
    RESPONSE(4, "res");

    private static final Scope[] BY_CODE = values();

    private final int code;
    private final String prefix;

    Scope(int code, String prefix) {
        this.code = code;
        this.prefix = prefix;
    }

    /**
     * The scope's code on the wire.
     *
     * @return 0 to 4
     */
    public int code() {
        return code;
    }

    /**
     * The scope as it is written in HAProxy's configuration, before the first dot of a variable's full name.
     *
     * @return {@code proc}, {@code sess}, {@code txn}, {@code req} or {@code res}
     */
    public String prefix() {
        return prefix;
    }

    /**
     * The scope with a code.
     *
     * @param code the byte on the wire, unsigned
     * @return the scope, empty where SPOP knows none with that code
     */
    public static Optional<Scope> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }
}
