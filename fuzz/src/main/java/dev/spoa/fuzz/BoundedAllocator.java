package dev.spoa.fuzz;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that are allocated and not released, and refuses more than a limit. For one thread. All buffers are
 * on the heap, where they cost least.
 */
public final class BoundedAllocator extends AbstractByteBufAllocator {
    private long limit;
    private long held;
    private long peak;
    private @Nullable AssertionError exceeded;

    /** An allocator that gives nothing yet. */
    public BoundedAllocator() {
        super(false);
    }

    /**
     * Begins an input.
     *
     * @param limit how many bytes may be held at once
     */
    public void begin(long limit) {
        this.limit = limit;
        held = 0;
        peak = 0;
        exceeded = null;
    }

    /**
     * How much was held.
     *
     * @return the most bytes at once since the input began
     */
    public long peak() {
        return peak;
    }

    /** Ends an input: fails if something was not released, or the limit was exceeded, whoever has caught that. */
    public void end() {
        if (exceeded != null) {
            throw exceeded;
        }
        Violation.check(held == 0, () -> held + " bytes of buffers were not released");
    }

    private byte[] take(byte[] array) {
        held += array.length;
        peak = Math.max(peak, held);
        if (held > limit) {
            exceeded = new AssertionError(held + " bytes of buffers are held where " + limit + " are the limit");
            throw exceeded;
        }
        return array;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(this, initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private static final class Counted extends UnpooledHeapByteBuf {
        Counted(BoundedAllocator allocator, int initialCapacity, int maxCapacity) {
            super(allocator, initialCapacity, maxCapacity);
        }

        /** The constructor above calls this, so it cannot use a field of its own. */
        private BoundedAllocator counts() {
            return (BoundedAllocator) alloc();
        }

        @Override
        protected byte[] allocateArray(int initialCapacity) {
            return counts().take(super.allocateArray(initialCapacity));
        }

        @Override
        protected void freeArray(byte[] array) {
            counts().held -= array.length;
        }
    }
}
