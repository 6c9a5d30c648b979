package dev.spoa.testsupport;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails each test, and each class of tests, after which a buffer has a reference count above zero, and the whole run if
 * Netty reports a leak at its end. {@code @ExtendWith(NoLeaks.class)} on a class of tests asks for it;
 * {@link NoLeaksEverywhere} does for all of them. While such a class runs Netty's leak detection is at level paranoid.
 *
 * <p>
 * The checks are resources in JUnit's stores and not callbacks: JUnit closes a store after everything else of its test,
 * {@code @AfterEach}, {@code @AutoClose} and other extensions included, and ours, put there first, after all others. So
 * a test may rely on its own cleaning up. A buffer fails one test only, not all that follow.
 *
 * <p>
 * What a class of tests shares must not hold buffers between tests.
 */
public final class NoLeaks implements BeforeAllCallback, BeforeEachCallback {
    /** JUnit's configuration parameter with the milliseconds that a test's buffers are waited for; 5000 by default. */
    public static final String PATIENCE = "spoa.leaks.patience";

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(5);
    private static final Namespace NAMESPACE = Namespace.create(NoLeaks.class);

    /** For JUnit. */
    public NoLeaks() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        // closed after the check, because a store closes last what was put there first
        context.getStore(NAMESPACE).computeIfAbsent("active during " + context.getUniqueId(), key -> {
            CountingLeakDetector.activate();
            return (AutoCloseable) CountingLeakDetector::deactivate;
        });
        context.getRoot().getStore(NAMESPACE).computeIfAbsent(EndOfRun.class, key -> new EndOfRun());
        checkAtTheEndOf(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        checkAtTheEndOf(context);
    }

    private static void checkAtTheEndOf(ExtensionContext context) {
        Duration patience = context.getConfigurationParameter(PATIENCE, Long::valueOf).map(Duration::ofMillis)
                .orElse(DEFAULT_PATIENCE);
        // the id, because a store also finds what is in those around it
        context.getStore(NAMESPACE).computeIfAbsent("check after " + context.getUniqueId(),
                key -> (AutoCloseable) () -> {
                    CountingLeakDetector.requireActive();
                    CountingLeakDetector.awaitNoneOpenAndForget(patience);
                });
    }

    /** Asks Netty for its own opinion once all tests have run. Without a buffer in any of them there is no need to. */
    private static final class EndOfRun implements AutoCloseable {
        private final long trackedBefore = CountingLeakDetector.trackedBuffers();

        @Override
        public void close() {
            if (CountingLeakDetector.trackedBuffers() == trackedBefore) {
                return;
            }
            List<String> reports = CountingLeakDetector.reportsAfterCollection();
            if (!reports.isEmpty()) {
                throw new AssertionError(
                        "Netty reported " + reports.size() + " leaks:\n" + String.join("\n", reports));
            }
        }
    }
}
