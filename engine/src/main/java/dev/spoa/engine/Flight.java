package dev.spoa.engine;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.Pending.Ids;
import dev.spoa.protocol.wire.Capability;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The NOTIFYs of one connection: those in flight by their ids, and those that wait for a place, first come first served.
 * All have the same {@code timeout processing}, so they time out in the order in which they came (those of several
 * threads within microseconds of it), and one timer does.
 * For the event loop, but for {@link #lateAcks()}.
 */
final class Flight {
    /** What HAProxy leaves free of a frame for its header (section 3.5). */
    private static final int HEADER_ROOM = 32;
    /** The newer engine has an internal type among the bytes of the payload. */
    private static final int TAG = 1;
    /** How many timed out NOTIFYs are remembered, so that their late ACKs are known. */
    private static final int REMEMBERED = 4_096;

    private final EngineBuilder settings;
    private final Map<Ids, Pending> inFlight = new HashMap<>();
    private final Queue<Pending> queue = new ArrayDeque<>();
    private final LinkedHashSet<Pending> byAge = new LinkedHashSet<>();
    private final Map<Ids, Integer> timedOut = new LinkedHashMap<>();
    private final Runnable departure;
    /** Timed out and no longer remembered. */
    private long forgotten;
    private @Nullable ScheduledFuture<?> timer;
    private AgentOffer offer = new AgentOffer("", 0, Set.of());
    private int window;
    private long nextStreamId = 1;
    private final AtomicLong lateAcks = new AtomicLong();

    /** The departure is what to call when a place has become free: {@link #depart}, when it is time. */
    Flight(EngineBuilder settings, Runnable departure) {
        this.settings = settings;
        this.departure = departure;
    }

    void start(AgentOffer accepted) {
        offer = accepted;
        boolean pipelines = settings.pipelining
                && accepted.capabilities().contains(HelloRules.token(Capability.PIPELINING));
        window = pipelines ? settings.maxInFlight : 1;
    }

    /** Nothing departs any more. */
    void stop() {
        window = 0;
    }

    long lateAcks() {
        return lateAcks.get();
    }

    long maxFrameSize() {
        return offer.maxFrameSize();
    }

    /** The largest payload for what was agreed on. */
    int payloadLimit() {
        return (int) offer.maxFrameSize() - room();
    }

    /** The largest payload for what this engine was configured with. */
    int ownPayloadLimit() {
        return settings.maxFrameSize - room();
    }

    private int room() {
        return settings.profile == EngineProfile.MUX ? HEADER_ROOM + TAG : HEADER_ROOM;
    }

    boolean mayFragment() {
        return settings.profile == EngineProfile.LEGACY
                && offer.capabilities().contains(HelloRules.token(Capability.FRAGMENTATION));
    }

    void accept(Pending pending, EventLoop loop) {
        if (inFlight.size() >= window && queue.size() >= settings.maxQueued) {
            pending.future.completeExceptionally(EngineException.of(settings.profile, Kind.QUEUE_FULL,
                    inFlight.size() + " NOTIFYs are in flight and " + queue.size() + " wait, which is the limit"));
            return;
        }
        queue.add(pending);
        byAge.add(pending);
        watch(loop);
    }

    /** Sends what has a place. */
    void depart(Consumer<Pending> send) {
        while (inFlight.size() < window) {
            Pending pending = queue.poll();
            if (pending == null) {
                return;
            }
            if (byAge.contains(pending)) {
                pending.ids = nextIds(pending);
                inFlight.put(pending.ids, pending);
                send.accept(pending);
            }
        }
    }

    private Ids nextIds(Pending pending) {
        if (settings.profile == EngineProfile.LEGACY) {
            return pending.stream.nextIds();
        }
        Ids ids = new Ids(nextStreamId, 1);
        nextStreamId += 2;
        return ids;
    }

    /** Takes the NOTIFY that an ACK belongs to out; null where there is none. */
    @Nullable
    Pending land(Ids ids) {
        Pending pending = inFlight.remove(ids);
        if (pending != null) {
            pending.stream.processed();
            byAge.remove(pending);
        }
        return pending;
    }

    /**
     * Whether an ACK that belongs to none comes after the timeout of its NOTIFY; counted then. Where ids were used again
     * the first ACK was taken for the later NOTIFY, as HAProxy takes it, and this is the other.
     */
    boolean isLate(Ids ids) {
        Integer times = timedOut.get(ids);
        if (times == null && forgotten == 0) {
            return false;
        }
        if (times == null) {
            forgotten--;
        } else if (times == 1) {
            timedOut.remove(ids);
        } else {
            timedOut.put(ids, times - 1);
        }
        lateAcks.incrementAndGet();
        return true;
    }

    void fail(Pending pending, EngineException why) {
        inFlight.remove(pending.ids, pending);
        byAge.remove(pending);
        pending.future.completeExceptionally(why);
    }

    void failAll(EngineException why) {
        if (timer != null) {
            timer.cancel(false);
        }
        List<Pending> all = new ArrayList<>(byAge);
        byAge.clear();
        queue.clear();
        inFlight.clear();
        all.forEach(pending -> pending.future.completeExceptionally(why));
    }

    private void watch(EventLoop loop) {
        if (timer == null && !byAge.isEmpty()) {
            long left = byAge.getFirst().deadline - System.nanoTime();
            timer = loop.schedule(() -> expire(loop), left, TimeUnit.NANOSECONDS);
        }
    }

    private void expire(EventLoop loop) {
        timer = null;
        long now = System.nanoTime();
        List<Pending> expired = new ArrayList<>();
        while (!byAge.isEmpty() && byAge.getFirst().deadline - now <= 0) {
            expired.add(byAge.removeFirst());
        }
        for (Pending pending : expired) {
            boolean wasSent = inFlight.remove(pending.ids, pending);
            if (wasSent) {
                remember(pending.ids);
            }
            pending.future.completeExceptionally(EngineException.of(settings.profile, Kind.PROCESSING_TIMEOUT,
                    "no ACK within " + settings.processingTimeout.toMillis() + " ms"
                            + (wasSent ? " for stream-id " + Long.toUnsignedString(pending.ids.streamId())
                                    + ", frame-id " + Long.toUnsignedString(pending.ids.frameId())
                                    : ": the NOTIFY was not even sent, because " + window + " others were in flight")));
        }
        if (!expired.isEmpty()) {
            departure.run();
        }
        watch(loop);
    }

    private void remember(Ids ids) {
        timedOut.merge(ids, 1, Integer::sum);
        if (timedOut.size() > REMEMBERED) {
            Map.Entry<Ids, Integer> eldest = timedOut.entrySet().iterator().next();
            forgotten += eldest.getValue();
            timedOut.remove(eldest.getKey());
        }
    }
}
