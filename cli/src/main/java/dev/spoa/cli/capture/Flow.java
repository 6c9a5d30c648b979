package dev.spoa.cli.capture;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * One direction of a TCP connection, put in order. Segments that come too early are kept until the ones before them are
 * there, or until it is certain that the capture has not got them: the receiver acknowledged them, or too much waits.
 */
public final class Flow {
    /** The most bytes that are kept because something before them is missing. */
    public static final int MAX_WAITING = 1_048_576;

    private static final int MAX_WAITING_SEGMENTS = 4_096;

    private final Connection connection;
    private final Endpoint source;
    private final Endpoint destination;
    private final TreeMap<Long, byte[]> waiting = new TreeMap<>();
    private int waitingBytes;
    /** Sequence numbers are kept with 64 bits, so that they never turn around. */
    private long next = -1;
    private long acknowledged = -1;
    private long end = Long.MAX_VALUE;

    Flow(Connection connection, Endpoint source, Endpoint destination) {
        this.connection = connection;
        this.source = source;
        this.destination = destination;
    }

    /**
     * The connection it belongs to.
     *
     * @return the connection
     */
    public Connection connection() {
        return connection;
    }

    /**
     * Who sends.
     *
     * @return the sender's address
     */
    public Endpoint source() {
        return source;
    }

    /**
     * Who receives.
     *
     * @return the receiver's address
     */
    public Endpoint destination() {
        return destination;
    }

    int waitingBytes() {
        return waitingBytes;
    }

    boolean isEnded() {
        return next >= end;
    }

    private long widened(int sequence) {
        return next + (sequence - (int) next);
    }

    /** Takes a segment of this direction. */
    void segment(TcpSegment segment, Packet packet, TcpTracker.Sink sink) {
        int first = segment.sequence() + (segment.is(TcpSegment.SYN) ? 1 : 0);
        if (next < 0) {
            next = Integer.toUnsignedLong(first) + (1L << 32);
        }
        long at = widened(first);
        ByteBuffer data = segment.data();
        if (segment.is(TcpSegment.FIN)) {
            end = Math.min(end, at + data.remaining());
        }
        if (at < next) {
            int old = (int) Math.min(next - at, data.remaining());
            data.position(data.position() + old);
            at += old;
        }
        if (data.hasRemaining() && at == next) {
            deliver(data, packet, sink);
        } else if (data.hasRemaining()) {
            keep(at, data);
        }
        deliverWaiting(packet, sink);
        if (waitingBytes > MAX_WAITING || waiting.size() > MAX_WAITING_SEGMENTS) {
            passGap(packet, sink);
        }
    }

    /** Takes what the receiver acknowledged: the capture has missed what it should have before that. */
    void acknowledged(int sequence, Packet packet, TcpTracker.Sink sink) {
        if (next < 0) {
            return;
        }
        acknowledged = Math.max(acknowledged, widened(sequence));
        while (!waiting.isEmpty() && acknowledged >= waiting.firstKey()) {
            passGap(packet, sink);
        }
    }

    /** Gives what still waits; there will be no more. */
    void finish(Packet packet, TcpTracker.Sink sink) {
        while (!waiting.isEmpty()) {
            passGap(packet, sink);
        }
        long missing = Math.min(acknowledged, end) - next;
        // a FIN that was not captured counts as one byte
        if (next >= 0 && missing > 1) {
            next += missing;
            sink.gap(this, missing, packet);
        }
    }

    private void keep(long at, ByteBuffer data) {
        byte[] known = waiting.get(at);
        if (known == null || known.length < data.remaining()) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            waiting.put(at, bytes);
            waitingBytes += bytes.length - (known == null ? 0 : known.length);
        }
    }

    void passGap(Packet packet, TcpTracker.Sink sink) {
        if (!waiting.isEmpty()) {
            long missing = waiting.firstKey() - next;
            next += missing;
            sink.gap(this, missing, packet);
            deliverWaiting(packet, sink);
        }
    }

    private void deliverWaiting(Packet packet, TcpTracker.Sink sink) {
        while (!waiting.isEmpty() && waiting.firstKey() <= next) {
            Map.Entry<Long, byte[]> first = waiting.pollFirstEntry();
            waitingBytes -= first.getValue().length;
            int old = (int) Math.min(next - first.getKey(), first.getValue().length);
            ByteBuffer data = ByteBuffer.wrap(first.getValue()).position(old);
            if (data.hasRemaining()) {
                deliver(data, packet, sink);
            }
        }
    }

    private void deliver(ByteBuffer data, Packet packet, TcpTracker.Sink sink) {
        next += data.remaining();
        sink.data(this, data, packet);
    }
}
