package dev.spoa.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class HaproxyExtensionTest {
    @TempDir static Path dir;

    private static HaproxyBuilder working() {
        try {
            return HaproxyProcess.of(FakeHaproxy.working(dir)).configuration("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> suppressedBy(Throwable failure) {
        return Stream.of(failure.getSuppressed()).map(Throwable::getMessage);
    }

    private static void assertHasLogOnce(Throwable failure) {
        assertThat(suppressedBy(failure)).singleElement().asString()
                .startsWith("HAProxy 3.2 logged at last:\nstarted with ");
    }

    static final class Shared {
        @RegisterExtension static final HaproxyExtension haproxy = HaproxyExtension.of(HaproxyExtensionTest::working);

        @Test
        void isGivenTheProcess(HaproxyProcess process) {
            assertThat(haproxy.haproxy()).isSameAs(process);
            assertThat(process.workerPid()).isPresent();
        }

        @Test
        void fails(HaproxyProcess process) {
            fail("the test's own failure");
        }

        @Test
        void isSkipped() {
            Assumptions.abort("the test's own reason");
        }
    }

    @Test
    void addsTheLogToFailures() {
        NestedRun run = NestedRun.of(Shared.class);

        assertThat(run.succeeded()).isEqualTo(1);
        assertThat(run.failures()).containsOnlyKeys("fails(HaproxyProcess)", "isSkipped()");
        assertThat(run.failures().get("fails(HaproxyProcess)")).hasMessage("the test's own failure");
        assertHasLogOnce(run.failures().get("fails(HaproxyProcess)"));
        assertThat(run.failures().get("isSkipped()")).hasNoSuppressedExceptions();
        assertThatThrownBy(Shared.haproxy::haproxy).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("HAProxy is not running: it does only while tests do.");
    }

    @ExtendWith(HaproxyLog.class)
    static final class AroundTests {
        @RegisterExtension final HaproxyExtension haproxy = HaproxyExtension.of(HaproxyExtensionTest::working);

        @BeforeEach
        void failsFirst() {
            fail("before");
        }

        @Test
        void isNotReached() {}

        @AfterEach
        void failsToo() {
            fail("after");
        }
    }

    @Test
    void addsTheLogOnceToFailuresAroundTests() {
        Throwable failure = NestedRun.of(AroundTests.class).failures().get("isNotReached()");

        assertThat(failure).hasMessage("before");
        assertThat(suppressedBy(failure)).hasSize(2).anyMatch(text -> text.equals("after"))
                .anyMatch(text -> text.startsWith("HAProxy 3.2 logged at last:"));
    }

    @ExtendWith(HaproxyLog.class)
    static final class InATry {
        @Test
        void fails() {
            try (HaproxyProcess haproxy = working().start()) {
                throw new IllegalStateException("with " + haproxy);
            }
        }

        @Test
        void failsWithout() {
            fail("without");
        }
    }

    @Test
    void addsTheLogOfWhatTheTestHasClosed() {
        NestedRun run = NestedRun.of(InATry.class);

        assertHasLogOnce(run.failures().get("fails()"));
        assertThat(run.failures().get("failsWithout()")).hasNoSuppressedExceptions();
    }

    static final class WithoutHaproxy {
        @RegisterExtension static final HaproxyExtension haproxy = HaproxyExtension
                .of(() -> HaproxyProcess.of(FakeHaproxy.missing()).configuration(""));

        @Test
        void cannotRun() {
            fail("no HAProxy, no test");
        }
    }

    @Test
    void skipsWithTheReasonWhereThereIsNoHaproxy() {
        NestedRun run = NestedRun.of(WithoutHaproxy.class);

        assertThat(run.failures()).containsOnlyKeys("HaproxyExtensionTest$WithoutHaproxy");
        assertThat(run.failures().values().iterator().next()).isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("HAProxy 3.2 cannot be had: it is not there");
    }
}
