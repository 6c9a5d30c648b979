package dev.spoa.engine;

import dev.spoa.protocol.StatusCode;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A NOTIFY without a usable ACK, or a connection that could not be had or had to end: what was expected and what came. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In place of an error variable: HAProxy would not notice, or has nothing like it. */
    static final long NOT_NOTICED = -1;

    /** What went wrong. */
    public enum Kind {
        /** Nobody listens at the address, or it cannot be reached. */
        UNREACHABLE,
        /** No AGENT-HELLO within {@link EngineBuilder#helloTimeout}. */
        HELLO_TIMEOUT,
        /** The agent answered HELLO with AGENT-DISCONNECT; {@link #code()} says why. */
        REFUSED,
        /** The agent broke the rules; {@link #status()} says which, {@link #offset()} where. */
        PROTOCOL,
        /** An ACK with actions that HAProxy would stop reading silently; {@link #offset()} says where. */
        ACTIONS,
        /** No ACK within {@link EngineBuilder#processingTimeout}. */
        PROCESSING_TIMEOUT,
        /** The agent sent AGENT-DISCONNECT while the NOTIFY was pending; {@link #code()} says why. */
        DISCONNECTED,
        /** The connection ended without an AGENT-DISCONNECT while the NOTIFY was pending. */
        CONNECTION_LOST,
        /** The messages do not fit into a frame, and this engine or the agent does not know fragments. */
        TOO_BIG,
        /** More NOTIFYs wait to be sent than {@link EngineBuilder#maxQueued}. */
        QUEUE_FULL,
        /** This engine was closed. */
        CLOSED
    }

    /** What went wrong. */
    private final Kind kind;
    /** The status that belongs to it, if any. */
    private final @Nullable StatusCode status;
    /** The number in the agent's DISCONNECT; negative where none came. */
    private final long code;
    /** Which of the agent's bytes is the offending one; negative where it is not about bytes. */
    private final long offset;
    /** What HAProxy's error variable would be; negative where HAProxy would not notice. */
    private final long errorVariable;

    private EngineException(Kind kind, String message, @Nullable StatusCode status, long code, long offset,
            long errorVariable, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
        this.code = code;
        this.offset = offset;
        this.errorVariable = errorVariable;
    }

    static EngineException of(EngineProfile profile, Kind kind, String message) {
        return new EngineException(kind, message, null, -1, -1,
                profile.errorVariable(kind, StatusCode.UNKNOWN_ERROR, 0), null);
    }

    static EngineException unreachable(EngineProfile profile, String message, Throwable cause) {
        Kind kind = Kind.UNREACHABLE;
        return new EngineException(kind, message, null, -1, -1,
                profile.errorVariable(kind, StatusCode.IO_ERROR, 0), cause);
    }

    /** A DISCONNECT of the agent's. */
    static EngineException disconnect(EngineProfile profile, Kind kind, String message, long code) {
        return new EngineException(kind, message, StatusCode.ofCode(code).orElse(null), code, -1,
                profile.errorVariable(kind, StatusCode.UNKNOWN_ERROR, code), null);
    }

    /** Broken rules, at a byte of the connection. */
    static EngineException protocol(EngineProfile profile, StatusCode status, long offset, String message) {
        return new EngineException(Kind.PROTOCOL, message, status, -1, offset,
                profile.errorVariable(Kind.PROTOCOL, status, 0), null);
    }

    /** Like {@link #protocol}, in the HELLO, where HAProxy's variable shows the status with both engines. */
    static EngineException hello(StatusCode status, long offset, String message) {
        return new EngineException(Kind.PROTOCOL, message, status, -1, offset, 256L + status.code(), null);
    }

    static EngineException actions(StatusCode status, long offset, String message) {
        return new EngineException(Kind.ACTIONS, message, status, -1, offset, NOT_NOTICED, null);
    }

    static EngineException tooBig(EngineProfile profile, StatusCode status, String message) {
        return new EngineException(Kind.TOO_BIG, message, status, -1, -1,
                profile.errorVariable(Kind.TOO_BIG, status, 0), null);
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The status code that belongs to it: the one in the agent's DISCONNECT, or the one that this engine ends the
     * connection with.
     *
     * @return the status, empty where none belongs to it or SPOP defines none with that {@link #code()}
     */
    public Optional<StatusCode> status() {
        return Optional.ofNullable(status);
    }

    /**
     * The number in the agent's DISCONNECT, which need not be one that {@link StatusCode} knows.
     *
     * @return the number, empty where no DISCONNECT came
     */
    public OptionalLong code() {
        return code < 0 ? OptionalLong.empty() : OptionalLong.of(code);
    }

    /**
     * Where the agent's bytes went wrong.
     *
     * @return the number of bytes that the agent had sent on this connection before the offending one, empty where
     *         bytes are not what went wrong
     */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /**
     * What HAProxy would have set the variable of {@code option set-on-error} to, and logged as {@code st=}.
     *
     * @return the number; empty where HAProxy does not notice, as with {@link Kind#ACTIONS} and mostly with ACKs that
     *         belong to no NOTIFY, or has nothing like it, as with {@link Kind#QUEUE_FULL}
     */
    public OptionalLong errorVariable() {
        return errorVariable < 0 ? OptionalLong.empty() : OptionalLong.of(errorVariable);
    }
}
