package dev.spoa.agent;

/** Why a {@link FailurePolicy} is asked. */
public enum FailureKind {
    /** The handler threw, or its stage completed exceptionally. Concerns one message. */
    HANDLER_ERROR("handler-error"),
    /** An argument was missing or of another type than the handler asked for. Concerns one message. */
    BAD_ARGUMENT("bad-argument"),
    /** There is no handler for the message. Concerns one message. */
    UNKNOWN_MESSAGE("unknown-message"),
    /** The deadline passed. Concerns the whole NOTIFY. */
    DEADLINE("deadline"),
    /** A limit on NOTIFYs in flight was reached. Concerns the whole NOTIFY. */
    OVERLOAD("overload"),
    /** The actions do not fit the frame size that the connection agreed on. Concerns the whole NOTIFY. */
    REPLY_TOO_LARGE("reply-too-large");

    private final String text;

    FailureKind(String text) {
        this.text = text;
    }

    /**
     * The kind as {@link FailurePolicy#errorVariable()} tells it to HAProxy.
     *
     * @return lower case, words joined by hyphens
     */
    public String text() {
        return text;
    }
}
