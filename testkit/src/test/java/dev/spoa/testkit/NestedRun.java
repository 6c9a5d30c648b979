package dev.spoa.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** A run of one class of tests inside the run of another. */
final class NestedRun {
    private final EngineExecutionResults results;

    private NestedRun(EngineExecutionResults results) {
        this.results = results;
    }

    static NestedRun of(Class<?> testClass) {
        return new NestedRun(EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass))
                .configurationParameter("spoa.leaks.patience", "1").execute());
    }

    /** How many tests, not classes, have passed. */
    long succeeded() {
        return results.testEvents().succeeded().count();
    }

    /** What did not pass by its name, classes included: failed, or skipped on the way. */
    Map<String, Throwable> failures() {
        Map<String, Throwable> failures = new LinkedHashMap<>();
        for (Event event : results.allEvents().filter(event -> event.getType() == EventType.FINISHED).toList()) {
            event.getRequiredPayload(TestExecutionResult.class).getThrowable()
                    .ifPresent(failure -> failures.put(event.getTestDescriptor().getDisplayName(), failure));
        }
        return failures;
    }

    /** The names of the tests that have passed. */
    List<String> names() {
        return results.testEvents().succeeded().map(event -> event.getTestDescriptor().getDisplayName()).toList();
    }
}
