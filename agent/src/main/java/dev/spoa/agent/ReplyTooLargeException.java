package dev.spoa.agent;

/**
 * The actions of a reply do not fit the frame size that the connection agreed on. The agent answers the NOTIFY by the
 * failure policy, with {@link FailureKind#REPLY_TOO_LARGE}, even where the handler catches this.
 */
public final class ReplyTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message how much there is room for, and how much was wanted
     */
    public ReplyTooLargeException(String message) {
        super(message, null, false, false);
    }
}
