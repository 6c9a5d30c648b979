/**
 * What tests of agents need, on JUnit.
 *
 * <p>
 * {@link dev.spoa.testkit.AgentExtension} starts your agent on a free port and gives each test an
 * {@link dev.spoa.engine.Engine} that is connected to it, which speaks as HAProxy does. What comes back is looked at with
 * {@link dev.spoa.testkit.SpoaAssertions}:
 *
 * {@snippet file="dev/spoa/testkit/examples/ScoresTest.java" region="tour"}
 *
 * <p>
 * {@link dev.spoa.testkit.EachProfile} runs a test with both generations of HAProxy's engine. Whether a configuration
 * does what it should only a real HAProxy knows: {@link dev.spoa.testkit.HaproxyVersion} finds those that are there,
 * {@link dev.spoa.testkit.HaproxyExtension} and {@link dev.spoa.testkit.HaproxyProcess} run one, and
 * {@link dev.spoa.testkit.HaproxyLog} adds to a failure what it has logged.
 * {@link dev.spoa.testkit.NoBufferLeaks} fails tests that leave a buffer of Netty unreleased.
 *
 * <p>
 * Tests run on the class path or on the module path; this project's own run on the class path.
 */
@NullMarked
package dev.spoa.testkit;

import org.jspecify.annotations.NullMarked;
