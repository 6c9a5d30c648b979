package dev.spoa.agent;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The NOTIFYs of one connection that wait for their ACK, by stream-id and frame-id. A hash table whose chains run
 * through the exchanges themselves, so that nothing is allocated for a NOTIFY. Event loop only.
 */
final class PendingTable {
    private static final int INITIAL_BUCKETS = 32;

    private @Nullable Exchange[] buckets = new Exchange[INITIAL_BUCKETS];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(Exchange exchange) {
        if (size >= buckets.length) {
            grow();
        }
        link(exchange);
        size++;
    }

    /** Takes the exchange with these ids out, or returns null where there is none. */
    @Nullable
    Exchange remove(long streamId, long frameId) {
        if (size == 0) {
            return null;
        }
        int bucket = bucketOf(streamId, frameId);
        Exchange previous = null;
        for (Exchange at = buckets[bucket]; at != null; at = at.nextInBucket) {
            if (at.streamId() == streamId && at.frameId() == frameId) {
                if (previous == null) {
                    buckets[bucket] = at.nextInBucket;
                } else {
                    previous.nextInBucket = at.nextInBucket;
                }
                at.nextInBucket = null;
                size--;
                return at;
            }
            previous = at;
        }
        return null;
    }

    /** Calls for each exchange; the consumer may remove the one that it is given. */
    void forEach(Consumer<Exchange> consumer) {
        for (Exchange head : buckets) {
            Exchange at = head;
            while (at != null) {
                Exchange next = at.nextInBucket;
                consumer.accept(at);
                at = next;
            }
        }
    }

    /** Takes all exchanges out and calls for each, without memory of its own. */
    void drain(Consumer<Exchange> consumer) {
        size = 0;
        for (int i = 0; i < buckets.length; i++) {
            Exchange at = buckets[i];
            buckets[i] = null;
            while (at != null) {
                Exchange next = at.nextInBucket;
                at.nextInBucket = null;
                consumer.accept(at);
                at = next;
            }
        }
    }

    private void grow() {
        @Nullable Exchange[] old = buckets;
        buckets = new Exchange[old.length * 2];
        for (Exchange head : old) {
            Exchange at = head;
            while (at != null) {
                Exchange next = at.nextInBucket;
                link(at);
                at = next;
            }
        }
    }

    private void link(Exchange exchange) {
        int bucket = bucketOf(exchange.streamId(), exchange.frameId());
        exchange.nextInBucket = buckets[bucket];
        buckets[bucket] = exchange;
    }

    private int bucketOf(long streamId, long frameId) {
        long mixed = (streamId * 31 + frameId) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 40) & (buckets.length - 1);
    }
}
