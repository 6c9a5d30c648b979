package dev.spoa.protocol;

/**
 * Bytes that do not follow SPOP: what was expected, what came, where, and the status code with which the connection has
 * to end. It carries no stack trace, because a peer can cause it as often as it likes.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to tell the peer. */
    private final StatusCode status;
    /** Where the offending item begins. */
    private final int index;

    /**
     * Creates the exception.
     *
     * @param status what to tell the peer
     * @param index the position in the buffer that was being read at which the offending item begins
     * @param message what was expected and what came
     */
    public ProtocolException(StatusCode status, int index, String message) {
        super(message, null, false, false);
        this.status = status;
        this.index = index;
    }

    /**
     * The status code for the DISCONNECT that this error calls for.
     *
     * @return the status code
     */
    public StatusCode status() {
        return status;
    }

    /**
     * Where the offending item begins.
     *
     * @return an index into the buffer that was being read
     */
    public int index() {
        return index;
    }
}
