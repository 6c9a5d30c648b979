package dev.spoa.testkit;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A real HAProxy for tests: one for all tests of a class in a static field, one for each test in an instance's field.
 * Where it cannot be had the tests are skipped, and what it logs is added to their failures.
 *
 * {@snippet file="dev/spoa/testkit/examples/BehindHaproxyTest.java" region="extension"}
 *
 * <p>
 * A parameter of type {@link HaproxyProcess} of a test or lifecycle method is given the process too.
 */
public final class HaproxyExtension implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback,
        AfterEachCallback, ParameterResolver, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private final Lease<HaproxyProcess> haproxy;
    private final HaproxyLog log = new HaproxyLog();

    private HaproxyExtension(Supplier<HaproxyBuilder> configuration) {
        haproxy = new Lease<>("HAProxy", () -> configuration.get().start(), HaproxyProcess::close);
    }

    /**
     * An extension that starts what a builder tells.
     *
     * @param configuration asked for a new builder at each start, when the extensions before this one have started theirs
     * @return the extension
     */
    public static HaproxyExtension of(Supplier<HaproxyBuilder> configuration) {
        return new HaproxyExtension(configuration);
    }

    /**
     * The running HAProxy.
     *
     * @return the process; not to be closed
     * @throws IllegalStateException if no test runs
     */
    public HaproxyProcess haproxy() {
        return haproxy.get();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        haproxy.begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        haproxy.end();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        log.beforeEach(context);
        haproxy.begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        haproxy.end();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == HaproxyProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return haproxy.get();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        log.handleTestExecutionException(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        log.handleBeforeEachMethodExecutionException(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        log.handleAfterEachMethodExecutionException(context, failure);
    }
}
