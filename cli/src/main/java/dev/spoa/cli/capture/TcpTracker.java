package dev.spoa.cli.capture;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connections of a capture, their streams put together. What it keeps is bounded: {@link #MAX_CONNECTIONS} open
 * connections and {@link #MAX_WAITING} bytes of segments that came too early. For one thread.
 */
public final class TcpTracker {
    /** The most connections that are followed at once. */
    public static final int MAX_CONNECTIONS = 10_000;
    /** The most bytes that wait in all connections together for what should be before them. */
    public static final int MAX_WAITING = 64 * 1_048_576;

    private final Map<Key, Connection> open = new LinkedHashMap<>();
    private final Predicate<Endpoint> isWanted;
    private final Sink sink;
    private @Nullable Packet last;
    private int connections;
    private long waiting;
    private long segments;
    private long untracked;
    private long unknownLinks;

    /** Takes what is found. Buffers are to be read at once. */
    public interface Sink {
        /**
         * A connection begins.
         *
         * @param connection the connection
         * @param packet its first packet
         */
        void opened(Connection connection, Packet packet);

        /**
         * Bytes of a stream, in order.
         *
         * @param flow the direction
         * @param data the bytes
         * @param packet the packet that completed them
         */
        void data(Flow flow, ByteBuffer data, Packet packet);

        /**
         * Bytes of a stream that the capture has not got.
         *
         * @param flow the direction
         * @param bytes how many
         * @param packet the packet that showed it
         */
        void gap(Flow flow, long bytes, Packet packet);

        /**
         * A connection ends.
         *
         * @param connection the connection
         * @param how with FIN, with RST, or with the capture
         * @param packet the last packet
         */
        void closed(Connection connection, End how, Packet packet);
    }

    /** How a connection ends. */
    public enum End {
        /** Both sides have said that they send no more. */
        FIN,
        /** One side has reset it. */
        RST,
        /** The capture ends before it, or has another connection between the same ports. */
        CAPTURE
    }

    /** The two ends in an order of their own, so that both directions have the same key. */
    private record Key(Endpoint one, Endpoint other) {
        static Key of(TcpSegment segment) {
            Endpoint source = segment.source();
            Endpoint destination = segment.destination();
            boolean isInOrder = source.port() != destination.port() ? source.port() < destination.port()
                    : source.toString().compareTo(destination.toString()) < 0;
            return isInOrder ? new Key(source, destination) : new Key(destination, source);
        }
    }

    /**
     * Creates a tracker.
     *
     * @param isWanted whether to follow connections with this end
     * @param sink what to tell
     */
    public TcpTracker(Predicate<Endpoint> isWanted, Sink sink) {
        this.isWanted = isWanted;
        this.sink = sink;
    }

    /**
     * Takes the next packet.
     *
     * @param packet the packet
     */
    public void packet(Packet packet) {
        last = packet;
        if (!LinkHeader.isKnown(packet.linkType())) {
            unknownLinks++;
            return;
        }
        TcpSegment segment = TcpSegment.in(packet);
        if (segment == null || !(isWanted.test(segment.source()) || isWanted.test(segment.destination()))) {
            return;
        }
        segments++;
        Key key = Key.of(segment);
        Connection connection = connection(key, segment, packet);
        if (connection != null) {
            segment(key, connection, segment, packet);
        }
    }

    private @Nullable Connection connection(Key key, TcpSegment segment, Packet packet) {
        Connection known = open.get(key);
        boolean isSyn = segment.is(TcpSegment.SYN);
        boolean opens = isSyn && !segment.is(TcpSegment.ACK);
        if (known != null && opens && !known.isOpenedBy(segment)) {
            close(key, known, End.CAPTURE, packet);
            known = null;
        }
        if (known != null || (!isSyn && !segment.data().hasRemaining())) {
            return known;
        }
        if (open.size() >= MAX_CONNECTIONS) {
            untracked++;
            return null;
        }
        connections++;
        Connection created = isSyn && !opens
                ? new Connection(connections, segment.destination(), segment.source(), true, segment.acknowledged() - 1)
                : new Connection(connections, segment.source(), segment.destination(), opens, segment.sequence());
        open.put(key, created);
        sink.opened(created, packet);
        return created;
    }

    private void segment(Key key, Connection connection, TcpSegment segment, Packet packet) {
        boolean isRequest = segment.source().equals(connection.request().source());
        Flow flow = isRequest ? connection.request() : connection.response();
        Flow back = isRequest ? connection.response() : connection.request();
        waiting -= flow.waitingBytes() + back.waitingBytes();
        flow.segment(segment, packet, sink);
        if (segment.is(TcpSegment.ACK)) {
            back.acknowledged(segment.acknowledged(), packet, sink);
        }
        if (waiting + flow.waitingBytes() > MAX_WAITING) {
            flow.passGap(packet, sink);
        }
        waiting += flow.waitingBytes() + back.waitingBytes();
        if (segment.is(TcpSegment.RST)) {
            close(key, connection, End.RST, packet);
        } else if (flow.isEnded() && back.isEnded()) {
            close(key, connection, End.FIN, packet);
        }
    }

    private void close(Key key, Connection connection, End how, Packet packet) {
        open.remove(key);
        waiting -= connection.request().waitingBytes() + connection.response().waitingBytes();
        connection.request().finish(packet, sink);
        connection.response().finish(packet, sink);
        sink.closed(connection, how, packet);
    }

    /** Ends all connections that are open: the capture has no more packets. */
    public void finish() {
        Packet end = last;
        if (end != null) {
            Map.copyOf(open).entrySet().stream()
                    .sorted((one, other) -> Integer.compare(one.getValue().number(), other.getValue().number()))
                    .forEach(entry -> close(entry.getKey(), entry.getValue(), End.CAPTURE, end));
        }
    }

    /**
     * How many TCP segments there were of the connections that are wanted.
     *
     * @return the number
     */
    public long segments() {
        return segments;
    }

    /**
     * How many segments belonged to connections beyond {@link #MAX_CONNECTIONS}.
     *
     * @return the number
     */
    public long untracked() {
        return untracked;
    }

    /**
     * How many packets have a link type that is not understood.
     *
     * @return the number
     */
    public long unknownLinks() {
        return unknownLinks;
    }
}
