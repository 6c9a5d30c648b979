package dev.spoa.testsupport;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * {@link NoLeaks} for every class of tests, where JUnit is told both
 * {@code junit.jupiter.extensions.autodetection.enabled=true}, so that it finds this class, and
 * {@code spoa.leaks.everywhere=true}, because the first alone may be meant for other extensions.
 */
public final class NoLeaksEverywhere implements BeforeAllCallback, BeforeEachCallback {
    /** JUnit's configuration parameter that turns this on. */
    public static final String EVERYWHERE = "spoa.leaks.everywhere";

    private final NoLeaks noLeaks = new NoLeaks();

    /** For JUnit. */
    public NoLeaksEverywhere() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOn(context)) {
            noLeaks.beforeAll(context);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (isOn(context)) {
            noLeaks.beforeEach(context);
        }
    }

    private static boolean isOn(ExtensionContext context) {
        return context.getConfigurationParameter(EVERYWHERE).map(Boolean::parseBoolean).orElse(false);
    }
}
