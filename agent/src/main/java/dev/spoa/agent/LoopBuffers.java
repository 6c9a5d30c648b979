package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Buffers outside the heap that are used again and again on one event loop, between the socket and the arrays that are
 * worked on. Whoever is given one releases it as usual. When all are held by somebody, or something is too long for them,
 * there is one of the allocator. Event loop only.
 */
final class LoopBuffers {
    private final int size;
    /** Made when they are needed, and never released: their memory goes when the loop does. */
    private final @Nullable ByteBuf[] buffers;

    LoopBuffers(int number, int size) {
        this.size = size;
        this.buffers = new ByteBuf[number];
    }

    /** An empty buffer with room for so many bytes. */
    ByteBuf take(ByteBufAllocator allocator, int bytes) {
        for (int i = 0; i < buffers.length && bytes <= size; i++) {
            ByteBuf buffer = buffers[i];
            if (buffer == null) {
                buffer = new LoopBuffer(size);
                buffers[i] = buffer;
            }
            if (buffer.refCnt() == 1) {
                return buffer.retain().clear();
            }
        }
        return allocator.directBuffer(bytes);
    }

    /**
     * Netty asks for a buffer's address with each read and each write. Without {@code sun.misc.Unsafe} it takes two objects to
     * find it out, each time. It stays the same, because the buffer cannot grow.
     */
    private static final class LoopBuffer extends UnpooledDirectByteBuf {
        private long address;

        LoopBuffer(int size) {
            super(UnpooledByteBufAllocator.DEFAULT, ByteBuffer.allocateDirect(size), size);
        }

        @Override
        public long memoryAddress() {
            if (address == 0) {
                address = super.memoryAddress();
            }
            return address;
        }
    }

    /** One to receive with, for channels that read in one go, so that none holds it while it waits for something to read. */
    static final class Receiving extends DefaultMaxMessagesRecvByteBufAllocator {
        /** So much is received at once at most. */
        private static final int SIZE = 64 * 1_024;
        /** So often one connection is read from, if it fills the buffer each time, before it is another one's turn. */
        private static final int READS = 16;

        private final LoopBuffers buffers = new LoopBuffers(1, SIZE);

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
                    return buffers.take(allocator, SIZE);
                }
            };
        }
    }
}
