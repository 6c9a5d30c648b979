package dev.spoa.it;

import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Adds to a failure what the running HAProxy has logged, which usually tells the reason. */
final class HaproxyLog implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private static final int LINES = 60;

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLog(failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        throw withLog(failure);
    }

    private static Throwable withLog(Throwable failure) {
        if (!(failure instanceof TestAbortedException)) {
            for (Haproxy haproxy : Haproxy.running()) {
                List<String> lines = haproxy.log().lines().toList();
                failure.addSuppressed(new Said(haproxy + " logged at last:\n"
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()))));
            }
        }
        return failure;
    }

    private static final class Said extends Exception {
        private static final long serialVersionUID = 1L;

        Said(String log) {
            super(log, null, false, false);
        }
    }
}
