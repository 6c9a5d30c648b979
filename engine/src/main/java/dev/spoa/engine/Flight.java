package dev.spoa.engine;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.engine.Pending.Ids;
import dev.spoa.protocol.wire.Capability;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
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
 * All have the same {@code timeout processing}, so they time out in the order in which they came, and one timer does.
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
    private final Set<Ids> timedOut = new LinkedHashSet<>();
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Consumer<Pending> sender;
    private AgentOffer offer = new AgentOffer("", 0, Set.of());
    private int window;
    private long nextStreamId = 1;
    private final AtomicLong lateAcks = new AtomicLong();

    Flight(EngineBuilder settings) {
        this.settings = settings;
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

    boolean isEmpty() {
        return inFlight.isEmpty() && queue.isEmpty();
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
        sender = send;
        while (inFlight.size() < window) {
            Pending pending = queue.poll();
            if (pending == null) {
                return;
            }
            if (byAge.contains(pending)) {
                pending.ids = nextIds(pending);
                timedOut.remove(pending.ids);
                inFlight.put(pending.ids, pending);
                try {
                    send.accept(pending);
                } catch (IllegalArgumentException e) {
                    fail(pending, e);
                }
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

    /** Whether an ACK that belongs to none comes after the timeout of its NOTIFY; counted then. */
    boolean isLate(Ids ids) {
        boolean isLate = timedOut.remove(ids);
        if (isLate) {
            lateAcks.incrementAndGet();
        }
        return isLate;
    }

    void fail(Pending pending, RuntimeException why) {
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
                    "no ACK within " + settings.processingTimeout
                            + (wasSent ? " for stream-id " + Long.toUnsignedString(pending.ids.streamId())
                                    + ", frame-id " + Long.toUnsignedString(pending.ids.frameId())
                                    : ": the NOTIFY was not even sent, because " + window + " others were in flight")));
        }
        if (sender != null && !expired.isEmpty()) {
            depart(sender);
        }
        watch(loop);
    }

    private void remember(Ids ids) {
        if (timedOut.size() >= REMEMBERED) {
            timedOut.remove(timedOut.iterator().next());
        }
        timedOut.add(ids);
    }
}
