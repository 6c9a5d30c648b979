package dev.spoa.agent;

/**
 * What is logged in place of a cause. Its text, which often quotes what a client has sent, is printable and cut; the
 * class of the original is in the text, and the stack is that of the original. Of its causes and what it has suppressed
 * there are as many as fit a log, so a circle ends, too.
 */
final class PrintableCause extends Throwable {
    private static final long serialVersionUID = 1L;
    private static final int MAX_THROWABLES = 16;

    private final String text;

    private PrintableCause(Throwable original) {
        text = RateLimitedLog.printable(original.toString());
        setStackTrace(original.getStackTrace());
    }

    static PrintableCause of(Throwable original) {
        return new Copy().of(original);
    }

    private static final class Copy {
        private int made;

        PrintableCause of(Throwable original) {
            made++;
            PrintableCause copy = new PrintableCause(original);
            Throwable cause = original.getCause();
            if (cause != null && made < MAX_THROWABLES) {
                copy.initCause(of(cause));
            }
            for (Throwable suppressed : original.getSuppressed()) {
                if (made < MAX_THROWABLES) {
                    copy.addSuppressed(of(suppressed));
                }
            }
            return copy;
        }
    }

    @Override
    public String getMessage() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }
}
