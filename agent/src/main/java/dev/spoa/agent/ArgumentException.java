package dev.spoa.agent;

/**
 * An argument that is missing, or is not what the handler asked for. Its message says which message, which argument,
 * what was expected and what came.
 */
public final class ArgumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception. It carries no stack trace, because a configuration can cause it at every request.
     *
     * @param message the message's name
     * @param argument the argument's name
     * @param expected what was asked for
     * @param came what came
     */
    public ArgumentException(String message, String argument, String expected, String came) {
        super("message \"" + message + "\", argument \"" + argument + "\": expected " + expected + ", but " + came
                + " came", null, false, false);
    }
}
