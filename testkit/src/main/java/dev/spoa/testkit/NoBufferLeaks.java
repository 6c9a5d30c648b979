package dev.spoa.testkit;

import dev.spoa.testsupport.NoLeaks;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a class of tests: each test after which a buffer of Netty has not been released fails, and the message tells where
 * each was allocated. So does the class, for what is left after its last test, and the whole run, where Netty itself
 * reports a leak at its end.
 *
 * {@snippet file="dev/spoa/testkit/examples/ScoresTest.java" region="leaks"}
 *
 * <p>
 * Agent and engine have no allocator to set, because nothing of Netty is in what they show. Every allocator of Netty in
 * the JVM is checked instead, theirs and those of other code: buffers are counted from their allocation to their last
 * release, exactly and not by sample. The count is one for the whole JVM, so classes with this annotation must not run
 * at the same time as other tests that use Netty.
 *
 * <p>
 * No option of the JVM is needed, except where Netty is in use before JUnit starts: then the tests fail and the message
 * tells the option. Parameters of JUnit's configuration ({@code junit-platform.properties} or {@code -D}):
 * {@code spoa.leaks.patience} is the number of milliseconds that buffers are waited for, 5000 by default, because event
 * loops release some after the test; {@code spoa.leaks.everywhere=true} together with
 * {@code junit.jupiter.extensions.autodetection.enabled=true} is the same as this annotation on every class.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NoLeaks.class)
public @interface NoBufferLeaks {}
