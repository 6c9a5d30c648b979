package dev.spoa.conformance.broken;

import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Writes whole frames of one connection, one at a time, and none behind a DISCONNECT. For any thread. */
final class FrameWriter {
    /** From here on HAProxy's parser does not take the rest of an AGENT-HELLO in another read (section 7.1). */
    private static final int HEADER_OF_HELLO = 11;
    private static final int HALF_AN_ACK = 7;
    /** Long enough for the first piece of a HELLO to be read before the second comes. */
    private static final long BETWEEN_PIECES = TimeUnit.MILLISECONDS.toNanos(50);
    /** An ACK in two pieces waits for one of another thread between them, if one comes within this time. */
    private static final long UNTIL_ANOTHER = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long POLL = TimeUnit.MILLISECONDS.toNanos(1);

    private final SocketChannel channel;
    private final Fault fault;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean finished;
    private volatile long latestStreamId;
    private final AtomicInteger writes = new AtomicInteger();

    FrameWriter(SocketChannel channel, Fault fault) {
        this.channel = channel;
        this.fault = fault;
    }

    /** Tells that a NOTIFY has come; only a fault wants to know. */
    void received(long streamId) {
        latestStreamId = streamId;
    }

    void hello(Consumer<ByteBuf> payload) throws IOException {
        byte[] frame = frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0, payload);
        if (fault == Fault.HELLO_SPLIT) {
            write(Arrays.copyOf(frame, HEADER_OF_HELLO));
            LockSupport.parkNanos(BETWEEN_PIECES);
            write(Arrays.copyOfRange(frame, HEADER_OF_HELLO, frame.length));
        } else {
            write(frame);
        }
    }

    void ack(long streamId, long frameId, byte[] actions) throws IOException {
        int flags = switch (fault) {
            case ACK_WITHOUT_FIN -> 0;
            case ACK_WITH_RESERVED_FLAGS -> FrameHeader.FIN | 0x8000_0000;
            case ACK_WITH_LITTLE_ENDIAN_FLAGS -> Integer.reverseBytes(FrameHeader.FIN);
            default -> FrameHeader.FIN;
        };
        byte[] ack = frame(FrameType.ACK, flags, streamIdOf(streamId), frameIdOf(frameId),
                out -> out.writeBytes(actions));
        if (fault == Fault.WRITES_INTERLEAVED) {
            writeInterleaved(ack);
        } else {
            write(ack);
        }
        if (fault == Fault.TWO_ACKS) {
            write(ack);
        }
    }

    private long streamIdOf(long streamId) {
        return switch (fault) {
            case STREAM_ID_NEXT -> streamId + 1;
            case STREAM_ID_OF_LATEST -> latestStreamId;
            case IDS_NARROWED -> (int) streamId;
            default -> streamId;
        };
    }

    private long frameIdOf(long frameId) {
        return switch (fault) {
            case FRAME_ID_ALWAYS_0 -> 0;
            case FRAME_ID_ALWAYS_1 -> 1;
            case IDS_NARROWED -> (int) frameId;
            default -> frameId;
        };
    }

    /** Writes a DISCONNECT, and nothing behind it, whatever is still handled. */
    void disconnect(StatusCode status) throws IOException {
        turn.lock();
        try {
            if (!finished) {
                write(frame(FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0, new Disconnect(status)::write));
            }
            finished = fault != Fault.ACK_AFTER_DISCONNECT;
        } finally {
            turn.unlock();
        }
    }

    private void writeInterleaved(byte[] ack) throws IOException {
        int before = write(Arrays.copyOf(ack, HALF_AN_ACK));
        long deadline = System.nanoTime() + UNTIL_ANOTHER;
        while (writes.get() == before && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL);
        }
        write(Arrays.copyOfRange(ack, HALF_AN_ACK, ack.length));
    }

    /** Writes all of it, and returns how many writes there have been. */
    private int write(byte[] bytes) throws IOException {
        turn.lock();
        try {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (!finished && left.hasRemaining()) {
                channel.write(left);
            }
            return writes.incrementAndGet();
        } finally {
            turn.unlock();
        }
    }

    private static byte[] frame(FrameType type, int flags, long streamId, long frameId, Consumer<ByteBuf> payload) {
        ByteBuf out = Unpooled.buffer();
        int start = FrameHeader.begin(out, type, flags, streamId, frameId);
        payload.accept(out);
        FrameHeader.end(out, start);
        byte[] frame = new byte[out.readableBytes()];
        out.readBytes(frame);
        return frame;
    }
}
