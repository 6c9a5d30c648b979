package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * A buffer outside the heap that is used again and again on one event loop, between the socket and the arrays that are
 * worked on. Whoever is given it releases it as usual. While somebody holds it, which is seldom, others get a buffer of
 * the allocator. Event loop only.
 */
final class LoopBuffer {
    /** So much is received at once at most. */
    static final int SIZE = 64 * 1_024;
    /** So often one connection is read from, if it fills the buffer each time, before it is another one's turn. */
    private static final int READS = 16;

    /** Never released: its memory goes when the loop does. */
    private final ByteBuf buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SIZE));

    /** An empty buffer with room for so many bytes. */
    ByteBuf take(ByteBufAllocator allocator, int size) {
        return size <= SIZE && buffer.refCnt() == 1 ? buffer.retain().clear() : allocator.directBuffer(size);
    }

    /** For channels that read in one go, so that none holds the buffer while it waits for something to read. */
    static final class Receiving extends DefaultMaxMessagesRecvByteBufAllocator {
        private final LoopBuffer buffer = new LoopBuffer();

        Receiving() {
            super(READS);
        }

        // the class that takes its place is no more than an allocator
        @SuppressWarnings("deprecation")
        @Override
        public Handle newHandle() {
            return new MaxMessageHandle() {
                @Override
                public int guess() {
                    return SIZE;
                }

                @Override
                public ByteBuf allocate(ByteBufAllocator allocator) {
                    return buffer.take(allocator, SIZE);
                }
            };
        }
    }
}
