/** What tests of agents need: an agent and an engine for each test, assertions on ACKs, a real HAProxy. */
module dev.spoa.testkit {
    requires transitive dev.spoa.agent;
    requires transitive dev.spoa.engine;
    requires transitive org.assertj.core;
    requires transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires dev.spoa.testsupport;

    exports dev.spoa.testkit;
}
