package dev.spoa.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Adds to a test's failure, as suppressed exceptions, the last lines that each HAProxy of the test has logged: usually
 * they tell the reason. {@code @ExtendWith(HaproxyLog.class)} on a class of tests asks for it;
 * {@link HaproxyExtension} does it by itself.
 *
 * <p>
 * What counts as HAProxy of the test is every {@link HaproxyProcess} that has run during it, so with tests in parallel
 * those of others too.
 */
public final class HaproxyLog
        implements BeforeEachCallback, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private static final int LINES = 60;
    private static final Namespace NAMESPACE = Namespace.create(HaproxyLog.class);

    /** For JUnit. */
    public HaproxyLog() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put("start", System.nanoTime());
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLog(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        throw withLog(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        throw withLog(context, failure);
    }

    private static Throwable withLog(ExtensionContext context, Throwable failure) {
        boolean told = List.of(failure.getSuppressed()).stream().anyMatch(Said.class::isInstance);
        if (!told && !(failure instanceof TestAbortedException)) {
            long start = context.getStore(NAMESPACE).getOrDefault("start", Long.class, System.nanoTime());
            for (HaproxyProcess haproxy : HaproxyProcesses.runningSince(start)) {
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
