package dev.spoa.protocol;

import java.util.Optional;

/**
 * Why a connection ends: the {@code status-code} of a DISCONNECT frame (section 4.1). HAProxy's error variable and the
 * {@code st=} of its log show 256 plus this code when an event was lost to it.
 */
public enum StatusCode {
    /** An orderly close. */
    NORMAL(0, "normal"),
    /** The transport failed. */
    IO_ERROR(1, "I/O error"),
    /** Nothing happened for too long. */
    TIMEOUT(2, "a timeout occurred"),
    /** A frame's LENGTH is above what was agreed. */
    FRAME_TOO_BIG(3, "frame is too big"),
    /** Anything malformed. */
    INVALID_FRAME(4, "invalid frame received"),
    /** A HELLO without a version. */
    VERSION_NOT_FOUND(5, "version value not found"),
    /** A HELLO without {@code max-frame-size}. */
    MAX_FRAME_SIZE_NOT_FOUND(6, "max-frame-size value not found"),
    /** A HELLO without {@code capabilities}. */
    CAPABILITIES_NOT_FOUND(7, "capabilities value not found"),
    /** No version that both sides speak. */
    UNSUPPORTED_VERSION(8, "unsupported version"),
    /** A {@code max-frame-size} outside what the other side accepts. */
    BAD_MAX_FRAME_SIZE(9, "max-frame-size too big or too small"),
    /** A fragment where none was agreed, or a message that would need one. */
    FRAGMENTATION_NOT_SUPPORTED(10, "fragmentation not supported"),
    /** Fragments of two frames mixed. */
    INTERLACED_FRAMES(11, "invalid interlaced frames"),
    /** A fragment or an ACK for ids that are not open. */
    FRAME_ID_NOT_FOUND(12, "frame-id not found"),
    /** No memory, or no room. */
    RESOURCE_ALLOCATION_ERROR(13, "resource allocation error"),
    /** Anything else. */
    UNKNOWN_ERROR(99, "an unknown error occurred");

    private final int code;
    private final String reason;

    StatusCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /**
     * The code on the wire.
     *
     * @return 0 to 13, or 99
     */
    public int code() {
        return code;
    }

    /**
     * The text that HAProxy uses for this code.
     *
     * @return the {@code message} of a DISCONNECT frame
     */
    public String reason() {
        return reason;
    }

    /**
     * The status with a code.
     *
     * @param code what a DISCONNECT carried; a peer may send any number
     * @return the status, empty where SPOP defines none with that code
     */
    public static Optional<StatusCode> ofCode(long code) {
        for (StatusCode status : values()) {
            if (status.code == code) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
