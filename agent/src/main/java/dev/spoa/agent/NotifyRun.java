package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The NOTIFYs with which something received begins, as far as they are whole and short, copied out of the socket's
 * buffer all at once: of an array the JIT compiler reads as fast as C does. Longer ones are not among them because
 * a handler may keep their payload, and then would have it copied twice. Event loop only.
 */
final class NotifyRun {
    /** The longest frame, without LENGTH. */
    private static final int LONGEST = 4_096;
    private static final int CAPACITY = 64 * 1_024;
    /** Of a frame whose first eight bytes are read as one number. */
    private static final int TYPE_SHIFT = 24;
    private static final int FLAGS_LAST_BYTE = 8;

    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes = new byte[CAPACITY];

    byte[] bytes() {
        return bytes;
    }

    /**
     * Copies what there is of them, LENGTH included, to the beginning of the array. The reader index stays where it is.
     *
     * @return how many bytes they have
     */
    int take(ByteBuf in, int maxLength) {
        if (in.nioBufferCount() != 1) {
            return 0;
        }
        int available = Math.min(in.readableBytes(), CAPACITY);
        // of which one can read without a check of each access by Netty
        ByteBuffer received = in.internalNioBuffer(in.readerIndex(), available);
        int start = received.position();
        int end = start + available;
        int longest = Math.min(LONGEST, maxLength);
        int at = start;
        while (end - at >= FrameHeader.LENGTH_SIZE + FrameHeader.MIN_LENGTH) {
            long head = (long) LONG.get(received, at);
            int length = (int) (head >>> Integer.SIZE);
            boolean isWholeNotify = ((int) (head >>> TYPE_SHIFT) & 0xFF) == FrameType.NOTIFY.code()
                    && (received.get(at + FLAGS_LAST_BYTE) & FrameHeader.FIN) != 0;
            int next = at + FrameHeader.LENGTH_SIZE + length;
            if (!isWholeNotify || length < FrameHeader.MIN_LENGTH || length > longest || next > end) {
                break;
            }
            at = next;
        }
        received.get(start, bytes, 0, at - start);
        return at - start;
    }
}
