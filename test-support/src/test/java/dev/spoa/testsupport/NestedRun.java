package dev.spoa.testsupport;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

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

    static NestedRun of(Class<?> testClass, long patienceMillis) {
        NestedRun run = new NestedRun();
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getLauncher().execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass))
                    .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
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

    public static void main(String[] arguments) throws ClassNotFoundException {
        NestedRun run = of(Class.forName(arguments[0]), 1);
        run.failures.forEach((name, failure) -> System.out.println("FAILED " + name + ": " + failure));
        System.out.println("SUCCEEDED " + run.succeeded);
    }
}
