package dev.spoa.testsupport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Remembers every buffer that it was asked for. They are direct ones, so that leak detection tracks them. */
public final class RecordingAllocator extends AbstractByteBufAllocator {
    private final List<ByteBuf> buffers = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();

    /** An allocator that was asked for nothing yet. */
    public RecordingAllocator() {
        super(true);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        buffers.add(buffer);
        sizes.add(initialCapacity);
        return buffer;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        throw new UnsupportedOperationException("direct buffers only");
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    /**
     * What was asked for.
     *
     * @return the initial capacities in bytes, in the order of the calls
     */
    public List<Integer> sizes() {
        return sizes;
    }

    /**
     * The buffer that was asked for last.
     *
     * @return it; whoever asked for it still owns it
     */
    public ByteBuf latest() {
        return buffers.getLast();
    }

    /**
     * How many of the buffers are not released.
     *
     * @return their number
     */
    public long open() {
        return buffers.stream().filter(buffer -> buffer.refCnt() > 0).count();
    }
}
