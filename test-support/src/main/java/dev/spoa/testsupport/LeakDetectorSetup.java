package dev.spoa.testsupport;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Makes {@link CountingLeakDetector} Netty's detector, without an option of the JVM. JUnit's launcher finds this class
 * by itself and calls it before it looks at any test, so before anything can have made Netty choose a detector.
 *
 * <p>
 * All it does is to set a system property that is not set yet: no class of Netty is loaded, and nothing is counted or
 * tracked more than before until {@link NoLeaks} is used.
 */
public final class LeakDetectorSetup implements LauncherSessionListener {
    private static final String PROPERTY = "io.netty.customResourceLeakDetector";
    private static final String DETECTOR = CountingLeakDetector.class.getName();
    /** What does the same from the start of the JVM. */
    static final String OPTION = "-D" + PROPERTY + "=" + DETECTOR;

    /** For JUnit. */
    public LeakDetectorSetup() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, DETECTOR);
        }
    }

    static String whyNotInstalled() {
        String installed = System.getProperty(PROPERTY);
        if (installed == null) {
            return "no session of JUnit's launcher was opened that would have installed " + DETECTOR;
        }
        if (installed.equals(DETECTOR)) {
            return "Netty's buffers were in use before JUnit started, which was too late to install " + DETECTOR;
        }
        return "the system property " + PROPERTY + " says that Netty uses " + installed + ", and " + DETECTOR
                + " was expected";
    }
}
