package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames of all connections of one event loop are encoded, of one connection at a time: who comes next has
 * what is there passed on to the channel of the one before. Event loop only.
 */
final class AckBytes {
    /** Above this a batch goes to the channel before the next frame begins, so that it does not grow without end. */
    private static final int FULL = 64 * 1_024;

    /** The batches of so many connections wait for their flush at once, where many are answered in one turn. */
    private static final int BUFFERS = 16;
    private static final int BUFFER_SIZE = 16 * 1_024;

    private final OutgoingBytes out = new OutgoingBytes();
    private final LoopBuffers buffers = new LoopBuffers(BUFFERS, BUFFER_SIZE);
    private @Nullable AckWriter owner;

    /** Gives them to a connection. */
    OutgoingBytes take(AckWriter next) {
        AckWriter last = owner;
        if (last != next || out.length() >= FULL) {
            if (last != null) {
                pass(last, next);
            }
            owner = next;
        }
        return out;
    }

    private static void pass(AckWriter last, AckWriter next) {
        try {
            last.hand();
        } catch (RuntimeException | Error e) {
            if (last == next) {
                throw e;
            }
            last.failed(e);
        }
    }

    /** Whether something of a connection is here. */
    boolean isOf(AckWriter writer) {
        return owner == writer && out.length() > 0;
    }

    /** Copies what is here into a buffer for the socket. It is gone even where there is no memory for that. */
    ByteBuf release(ByteBufAllocator allocator) {
        try {
            int length = out.length();
            return buffers.take(allocator, length).writeBytes(out.array(), 0, length);
        } finally {
            clear();
        }
    }

    /** Drops what is here of a connection. */
    void drop(AckWriter writer) {
        if (owner == writer) {
            clear();
        }
    }

    private void clear() {
        owner = null;
        out.clear(2 * FULL);
    }
}
