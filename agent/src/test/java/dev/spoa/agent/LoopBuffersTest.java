package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LoopBuffersTest {
    private static final int SIZE = 100;

    private final ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    private final LoopBuffers buffers = new LoopBuffers(2, SIZE);

    @Test
    void givesTheSameOneAgainOnceItIsReleased() {
        ByteBuf first = buffers.take(allocator, SIZE).writeByte(1);
        first.release();

        ByteBuf again = buffers.take(allocator, 1);

        assertThat(again).isSameAs(first);
        assertThat(again.isReadable()).isFalse();
        assertThat(again.isDirect()).isTrue();
        again.release();
    }

    @Test
    void givesOthersWhileOneIsHeld() {
        ByteBuf first = buffers.take(allocator, 1);
        ByteBuf second = buffers.take(allocator, 1);
        ByteBuf third = buffers.take(allocator, 1);

        assertThat(second).isNotSameAs(first);
        assertThat(third).isNotSameAs(first).isNotSameAs(second);
        assertThat(third.release()).as("one of the allocator goes back to it").isTrue();
        second.release();
        assertThat(buffers.take(allocator, 1)).isSameAs(second);
        second.release();
        first.release();
    }

    @Test
    void leavesWhatIsTooLongToTheAllocator() {
        ByteBuf large = buffers.take(allocator, SIZE + 1);

        assertThat(large.writableBytes()).isGreaterThan(SIZE);
        assertThat(large.release()).isTrue();
    }

    @Test
    void receivesWithOneBufferUnlessSomebodyHoldsIt() {
        var one = new LoopBuffers.Receiving().newHandle();
        ByteBuf received = one.allocate(allocator);
        assertThat(received.writableBytes()).isEqualTo(one.guess());
        ByteBuf other = one.allocate(allocator);

        assertThat(other).isNotSameAs(received);
        assertThat(other.release()).isTrue();
        received.release();
        assertThat(one.allocate(allocator)).isSameAs(received);
        received.release();
    }
}
