/** Leak checks for tests; what the test kit's own are made of. */
module dev.spoa.testsupport {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.platform.launcher;

    exports dev.spoa.testsupport;

    provides org.junit.jupiter.api.extension.Extension with
            dev.spoa.testsupport.NoLeaksEverywhere;
    provides org.junit.platform.launcher.LauncherSessionListener with
            dev.spoa.testsupport.LeakDetectorSetup;
}
