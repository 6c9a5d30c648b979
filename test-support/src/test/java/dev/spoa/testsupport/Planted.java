package dev.spoa.testsupport;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Small test classes with and without leaks, for {@link NoLeaksTest} to run. No test run picks them by itself. */
final class Planted {
    private static final AdaptiveByteBufAllocator ALLOCATOR = new AdaptiveByteBufAllocator();
    private static final Deque<ByteBuf> LEAKED = new ArrayDeque<>();

    private Planted() {}

    static void release() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        while (!LEAKED.isEmpty()) {
            LEAKED.pop().release();
        }
    }

    private static ByteBuf allocate() {
        return ALLOCATOR.directBuffer(8);
    }

    static final class Clean {
        @Test
        void releases() {
            allocate().release();
        }

        @Test
        void usesNoBuffer() {}
    }

    static final class Leaky {
        @Test
        void leaks() {
            LEAKED.push(allocate());
            LEAKED.push(allocate());
        }
    }

    @ExtendWith(NoLeaks.class)
    static final class LeakyAndWatched {
        @Test
        void leaks() {
            LEAKED.push(allocate());
        }
    }

    static final class TurningDetectionOff {
        @Test
        void setsNettysLevel() {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    /** Whichever test runs first leaks; the other must not be blamed for it. */
    static final class LeakyThenClean {
        @Test
        void leaksIfFirst() {
            leakOnce();
        }

        @Test
        void leaksIfFirstToo() {
            leakOnce();
        }

        private static void leakOnce() {
            if (LEAKED.isEmpty()) {
                LEAKED.push(allocate());
            }
        }
    }

    static final class FailingAndLeaky {
        @Test
        void failsWithABufferInItsHands() {
            LEAKED.push(allocate());
            throw new IllegalStateException("the test's own failure");
        }
    }

    static final class Slow {
        @Test
        void releasesOnAnotherThreadAfterItsEnd() {
            ByteBuf buffer = allocate();
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS)
                    .execute(buffer::release);
        }
    }

    static final class ClosingItself {
        @AutoClose("release") private final ByteBuf buffer = allocate();

        @Test
        void leavesItsBufferToAutoClose() {
            buffer.writeInt(1);
        }
    }

    static final class LeakyAsAClass {
        @BeforeAll
        static void before() {
            allocate().release();
        }

        @Test
        void isClean() {}

        @AfterAll
        static void after() {
            LEAKED.push(allocate());
        }
    }

    /** What only the garbage collector can find: the count is told to forget the buffer. */
    static final class Collected {
        @Test
        void losesABuffer() {
            allocate().writeInt(1);
        }
    }
}
