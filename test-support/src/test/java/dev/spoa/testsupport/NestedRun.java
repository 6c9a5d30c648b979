package dev.spoa.testsupport;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of one test class inside the run of another, or, by {@link #main}, in a JVM of its own. */
final class NestedRun implements TestExecutionListener {
    private final Map<String, Throwable> failures = new LinkedHashMap<>();
    private int succeeded;

    private NestedRun() {}

    /** With the check in every class. */
    static NestedRun of(Class<?> testClass, long patienceMillis) {
        return of(testClass, patienceMillis, true);
    }

    /** With the check in the classes that ask for it. */
    static NestedRun withoutAutodetection(Class<?> testClass) {
        return of(testClass, 1, false);
    }

    private static NestedRun of(Class<?> testClass, long patienceMillis, boolean everywhere) {
        NestedRun run = new NestedRun();
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getLauncher().execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass))
                    .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                    .configurationParameter(NoLeaksEverywhere.EVERYWHERE, Boolean.toString(everywhere))
                    .configurationParameter(NoLeaks.PATIENCE, Long.toString(patienceMillis)).forExecution()
                    .listeners(run).build());
        }
        return run;
    }

    /** What failed by its name, engine and classes included. */
    Map<String, Throwable> failures() {
        return failures;
    }

    int succeeded() {
        return succeeded;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        result.getThrowable().ifPresent(failure -> failures.put(test.getDisplayName(), failure));
        if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            succeeded++;
        }
    }

    /** The name of a class of tests; a second argument makes use of Netty before JUnit starts. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        if (arguments.length > 1) {
            UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        NestedRun run = of(Class.forName(arguments[0]), 1);
        run.failures.forEach((name, failure) -> System.out.println("FAILED " + name + ": " + failure));
        System.out.println("SUCCEEDED " + run.succeeded);
        System.out.println("LEVEL " + ResourceLeakDetector.getLevel());
    }
}
