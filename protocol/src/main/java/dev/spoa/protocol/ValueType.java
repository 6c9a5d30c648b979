package dev.spoa.protocol;

import java.util.Optional;

/** The ten types of SPOP's typed data (section 1.3). */
public enum ValueType {
    /** No value: what HAProxy sends for a sample that it could not fetch. Sent as a variable's value, it unsets it. */
    NULL(0),
    /** True or false. */
    BOOL(1),
    /** An integer. HAProxy keeps 64 bits of it, whatever the type says. */
    INT32(2),
    /** An integer. HAProxy keeps 64 bits of it, whatever the type says. */
    UINT32(3),
    /** The type of every integer that HAProxy sends in a message. */
    INT64(4),
    /** An integer; above 2^63-1 it is negative in HAProxy. */
    UINT64(5),
    /** Four bytes. */
    IPV4(6),
    /** Sixteen bytes. */
    IPV6(7),
    /** Bytes that HAProxy treats as text, in no declared charset. */
    STRING(8),
    /** Bytes. */
    BINARY(9);

    private static final ValueType[] BY_CODE = values();

    private final int code;

    ValueType(int code) {
        this.code = code;
    }

    /**
     * The type's code: the low nibble of the byte before the data.
     *
     * @return 0 to 9
     */
    public int code() {
        return code;
    }

    /**
     * The type with a code.
     *
     * @param code the low nibble of the byte on the wire
     * @return the type, empty for the reserved codes 10 to 15
     */
    public static Optional<ValueType> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }
}
