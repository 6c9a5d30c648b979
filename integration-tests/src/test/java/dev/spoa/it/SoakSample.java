package dev.spoa.it;

import java.time.Duration;
import java.util.Map;

/**
 * What an agent's process takes at one moment of a soak, while nobody asks it anything.
 *
 * @param at the time since the soak began
 * @param values a value for each figure
 * @param pool bytes that Netty's allocator has taken, in chunks that it keeps; a part of RSS
 * @param connections connections that it has
 * @param inFlight NOTIFYs whose handlers have not ended
 * @param acks ACKs that it has written
 */
record SoakSample(Duration at, Map<Figure, Long> values, long pool, long connections, long inFlight, long acks) {
    /** What must not grow. */
    enum Figure {
        /** Bytes of resident memory of the whole process. */
        RSS,
        /** Bytes of the heap that are in use after a collection. */
        HEAP,
        /** Netty's buffers that are allocated and not released. */
        BUFFERS,
        /** Java's platform threads. */
        THREADS,
        /** Open file descriptors. */
        DESCRIPTORS;

        boolean isBytes() {
            return this == RSS || this == HEAP;
        }
    }

    long value(Figure figure) {
        return values.get(figure);
    }
}
