package dev.spoa.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CountingLeakDetectorTest {
    private static final ByteBufAllocator ADAPTIVE = new AdaptiveByteBufAllocator();
    private static final ByteBufAllocator POOLED = new PooledByteBufAllocator(true);

    static Stream<Named<Supplier<ByteBuf>>> trackedBuffers() {
        return Stream.of(
                Named.of("adaptive heap", () -> ADAPTIVE.heapBuffer(16)),
                Named.of("adaptive direct", () -> ADAPTIVE.directBuffer(16)),
                Named.of("adaptive large direct", () -> ADAPTIVE.directBuffer(4 << 20)),
                Named.of("adaptive I/O", () -> ADAPTIVE.ioBuffer(16)),
                Named.of("adaptive composite", () -> ADAPTIVE.compositeBuffer()),
                Named.of("pooled heap", () -> POOLED.heapBuffer(16)),
                Named.of("pooled direct", () -> POOLED.directBuffer(16)),
                Named.of("pooled huge direct", () -> POOLED.directBuffer(4 << 20)),
                Named.of("default allocator", () -> ByteBufAllocator.DEFAULT.buffer(16)),
                Named.of("pooled composite", () -> POOLED.compositeBuffer()),
                Named.of("unpooled direct", () -> Unpooled.directBuffer(16)),
                Named.of("unpooled composite", () -> UnpooledByteBufAllocator.DEFAULT.compositeBuffer()));
    }

    @ParameterizedTest
    @MethodSource("trackedBuffers")
    void countsABufferFromAllocationToItsLastRelease(Supplier<ByteBuf> allocation) {
        long tracked = CountingLeakDetector.trackedBuffers();

        ByteBuf buffer = allocation.get();
        assertThat(CountingLeakDetector.openBuffers()).isEqualTo(1);
        buffer.retain();
        buffer.release();
        assertThat(CountingLeakDetector.openBuffers()).isEqualTo(1);
        buffer.release();

        assertThat(CountingLeakDetector.openBuffers()).isZero();
        assertThat(CountingLeakDetector.trackedBuffers()).isEqualTo(tracked + 1);
    }

    @ParameterizedTest
    @MethodSource("trackedBuffers")
    void countsARetainedSliceUntilBothAreReleased(Supplier<ByteBuf> allocation) {
        ByteBuf buffer = allocation.get().writeLong(1);

        ByteBuf slice = buffer.readRetainedSlice(4);
        buffer.release();
        assertThat(CountingLeakDetector.openBuffers()).isPositive();
        slice.release();

        assertThat(CountingLeakDetector.openBuffers()).isZero();
    }

    @Test
    void countsAPooledSliceByItselfAndNamesWhereItWasTaken() {
        ByteBuf buffer = POOLED.directBuffer(16).writeLong(1);
        ByteBuf slice = takeSlice(buffer);
        try {
            assertThat(CountingLeakDetector.openBuffers()).isEqualTo(2);
            assertThatThrownBy(() -> CountingLeakDetector.awaitNoneOpen(Duration.ZERO))
                    .hasMessageStartingWith("2 buffers have a reference count above zero:")
                    .hasMessageContaining("1 allocated at " + CountingLeakDetectorTest.class.getName() + ".takeSlice(");
        } finally {
            slice.release();
            buffer.release();
        }
    }

    private static ByteBuf takeSlice(ByteBuf buffer) {
        return buffer.readRetainedSlice(4);
    }

    @Test
    void doesNotSeeWhatUnpooledMakesOfArrays() {
        ByteBuf buffer = Unpooled.buffer(16);
        ByteBuf wrapped = Unpooled.wrappedBuffer(new byte[] {1});
        ByteBuf composite = Unpooled.compositeBuffer();

        assertThat(CountingLeakDetector.openBuffers()).isZero();
        assertThat(buffer.refCnt() + wrapped.refCnt() + composite.refCnt()).isEqualTo(3);
    }

    @Test
    void namesThePlaceAndTheLastAccessOfWhatIsOpen() {
        ByteBuf buffer = ADAPTIVE.directBuffer(16).touch("the last word");
        try {
            assertThatThrownBy(() -> CountingLeakDetector.awaitNoneOpen(Duration.ZERO))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("1 buffers have a reference count above zero:\n1 allocated at "
                            + CountingLeakDetectorTest.class.getName()
                            + ".namesThePlaceAndTheLastAccessOfWhatIsOpen(CountingLeakDetectorTest.java:")
                    .hasMessageContaining("Hint: the last word").hasMessageNotContaining("org.junit.");
        } finally {
            buffer.release();
        }
        CountingLeakDetector.awaitNoneOpen(Duration.ZERO);
    }
}
