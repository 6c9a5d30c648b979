/**
 * Leak checks: {@link dev.spoa.testsupport.CountingLeakDetector} counts every buffer that Netty tracks, and
 * {@link dev.spoa.testsupport.NoLeaks} fails each test that leaves one open. The tests of this project's modules use them
 * here; users' tests do by {@code dev.spoa.testkit.NoBufferLeaks}, in whose terms they are documented.
 */
@NullMarked
package dev.spoa.testsupport;

import org.jspecify.annotations.NullMarked;
