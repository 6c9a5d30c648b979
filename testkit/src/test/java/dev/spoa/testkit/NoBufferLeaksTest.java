package dev.spoa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What exactly is counted, and when: test-support. */
class NoBufferLeaksTest {
    private static final Deque<ByteBuf> LEAKED = new ArrayDeque<>();

    @AfterEach
    void release() {
        while (!LEAKED.isEmpty()) {
            LEAKED.pop().release();
        }
    }

    @NoBufferLeaks
    static class Watched {
        @Test
        void releases() {
            PooledByteBufAllocator.DEFAULT.buffer().release();
        }
    }

    static final class Inheriting extends Watched {
        @Test
        void leaks() {
            LEAKED.push(PooledByteBufAllocator.DEFAULT.buffer());
        }
    }

    @Test
    void failsTheTestThatLeaks() {
        NestedRun run = NestedRun.of(Inheriting.class);

        assertThat(run.succeeded()).isEqualTo(1);
        assertThat(run.failures()).containsOnlyKeys("leaks()");
        assertThat(run.failures().get("leaks()")).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("1 buffers have a reference count above zero:\n1 allocated at "
                        + Inheriting.class.getName() + ".leaks(NoBufferLeaksTest.java:");
    }
}
