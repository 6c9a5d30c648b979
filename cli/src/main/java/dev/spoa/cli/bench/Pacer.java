package dev.spoa.cli.bench;

import dev.spoa.engine.Ack;
import dev.spoa.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a NOTIFY is sent and on which connection, and judges its answer. One for each event loop, and all of it
 * happens there, but for {@link #gauges()}, {@link #interval} and, once {@link #done()} has completed, {@link #tally()}.
 *
 * <p>
 * A closed loop sends the next NOTIFY when an answer has made place. While the agent stalls, such a loop sends nothing,
 * so a stall of a second is one slow answer for each place and not a second's worth of them: that is coordinated
 * omission. An open loop has a fixed time for each NOTIFY, and its latency runs from then on. When no connection has a
 * place the NOTIFY waits, and the waiting counts; what is still waiting at the end is counted with the time that it has
 * waited, which is less than it would have taken.
 */
final class Pacer {
    /** How times are kept: by a clock in nanoseconds and by an event loop. */
    interface Timer extends LongSupplier {
        void after(long nanos, Runnable task);
    }

    private static final int DIGITS = 3;
    /** An agent that has accepted none for so long is not there; a full backlog refuses, too, but for a moment. */
    static final long REFUSAL_LASTS = 1_000_000_000;
    /** How long a place stays empty after a NOTIFY that failed before it was sent, so that this cannot spin. */
    private static final long HOLD = 10_000_000;

    private final Payload payload;
    private final Timer timer;
    private final Link.Connector connector;
    private final List<Lane> lanes = new ArrayList<>();
    private final SplittableRandom random;
    private final SingleWriterRecorder latencies = new SingleWriterRecorder(DIGITS);
    private final Gauges gauges = new Gauges();
    private final Tally tally = new Tally();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    /** Null until the load begins. */
    private @Nullable Schedule schedule;
    private boolean isEnded;
    private boolean isPumping;
    private boolean isTimerSet;
    /** When the last one of the first connections was opened. */
    private long lastOpened;
    private int inFlight;
    private int nextLane;
    /** The number of the next NOTIFY of an open loop. */
    private long next;
    private Traffic trafficOfLost = Traffic.NONE;
    private Traffic trafficOfWarmup = Traffic.NONE;

    Pacer(Payload payload, long seed, Timer timer, Link.Connector connector) {
        this.payload = payload;
        this.random = new SplittableRandom(seed);
        this.timer = timer;
        this.connector = connector;
    }

    /** Completes when all connections are open, exceptionally if one cannot be. */
    CompletableFuture<Void> open(int connections) {
        lastOpened = timer.getAsLong();
        List<CompletableFuture<Void>> opened = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Lane lane = new Lane();
            lanes.add(lane);
            CompletableFuture<Void> first = new CompletableFuture<>();
            opened.add(first);
            open(lane, first);
        }
        return CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new));
    }

    private void open(Lane lane, CompletableFuture<Void> opened) {
        var unused = connector.connect().whenComplete((link, failure) -> {
            if (link != null) {
                lastOpened = timer.getAsLong();
                lane.works();
                attach(lane, link);
                opened.complete(null);
            } else if (failure != null && isWorthAnotherTry(cause(failure))) {
                timer.after(lane.nextPause(), () -> open(lane, opened));
            } else if (failure != null) {
                opened.completeExceptionally(cause(failure));
            }
        });
    }

    private boolean isWorthAnotherTry(Throwable failure) {
        return !isEnded && failure instanceof EngineException known
                && known.kind() == EngineException.Kind.UNREACHABLE && timer.getAsLong() - lastOpened < REFUSAL_LASTS;
    }

    void start(Schedule times) {
        schedule = times;
        long now = timer.getAsLong();
        if (times.measured() - now > 0) {
            timer.after(times.measured() - now, () -> trafficOfWarmup = traffic());
        } else {
            trafficOfWarmup = traffic();
        }
        timer.after(times.end() - now, this::end);
        pump();
    }

    /** Completes when the time is over and nothing is in flight. */
    CompletableFuture<Void> done() {
        return done;
    }

    Gauges gauges() {
        return gauges;
    }

    /** The latencies since the last call, in nanoseconds. For one thread. */
    Histogram interval() {
        return latencies.getIntervalHistogram();
    }

    Tally tally() {
        return tally;
    }

    /** How many NOTIFYs can be in flight on a connection, the least of all that are open. */
    private int window() {
        return lanes.stream().mapToInt(lane -> lane.link == null ? Integer.MAX_VALUE : lane.link.window()).min()
                .orElse(Integer.MAX_VALUE);
    }

    /** Closes all connections; completes when they are. */
    CompletableFuture<Void> close() {
        isEnded = true;
        List<CompletableFuture<Void>> closed = new ArrayList<>();
        for (Lane lane : lanes) {
            if (lane.link != null) {
                closed.add(lane.link.closed().exceptionally(why -> null));
                lane.link.close();
            }
        }
        return CompletableFuture.allOf(closed.toArray(CompletableFuture[]::new));
    }

    // Sending

    private void pump() {
        pump(lanes);
    }

    /** Sends what can be sent; a closed loop looks at some connections only, because only there something has changed. */
    private void pump(List<Lane> changed) {
        // an answer that is there at once must not come back here
        if (isPumping || isEnded || schedule == null) {
            return;
        }
        isPumping = true;
        try {
            if (schedule.isOpenLoop()) {
                sendDue(schedule);
            } else {
                for (Lane lane : changed) {
                    fill(lane, schedule);
                }
            }
        } finally {
            isPumping = false;
        }
    }

    /** Closed loop. */
    private void fill(Lane lane, Schedule times) {
        while (lane.hasPlace()) {
            long now = timer.getAsLong();
            if (times.isOver(now)) {
                return;
            }
            send(lane, now);
        }
    }

    /** Open loop. */
    private void sendDue(Schedule times) {
        long due = times.due(next);
        while (!times.isOver(due)) {
            long early = due - timer.getAsLong();
            if (early > 0) {
                wakeAfter(early);
                return;
            }
            Lane lane = laneWithPlace();
            if (lane == null) {
                // the next answer or connection comes back here
                return;
            }
            next++;
            send(lane, due);
            due = times.due(next);
        }
    }

    private void wakeAfter(long nanos) {
        if (!isTimerSet) {
            isTimerSet = true;
            timer.after(nanos, () -> {
                isTimerSet = false;
                pump();
            });
        }
    }

    private @Nullable Lane laneWithPlace() {
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(nextLane);
            nextLane = (nextLane + 1) % lanes.size();
            if (lane.hasPlace()) {
                return lane;
            }
        }
        return null;
    }

    private void send(Lane lane, long due) {
        Request request = payload.get(random.nextInt(payload.size()));
        lane.inFlight++;
        inFlight++;
        gauges.inFlight.setRelease(inFlight);
        Link link = lane.link;
        if (link == null) {
            throw new IllegalStateException("a lane without a connection has no place");
        }
        var unused = link.send(request.messages())
                .whenComplete((ack, failure) -> settle(lane, request, due, ack, failure));
    }

    // Answers

    private void settle(Lane lane, Request request, long due, @Nullable Ack ack, @Nullable Throwable failure) {
        long latency = timer.getAsLong() - due;
        lane.inFlight--;
        inFlight--;
        gauges.inFlight.setRelease(inFlight);
        boolean isMeasured = schedule != null && schedule.isMeasured(due);
        if (ack != null) {
            lane.works();
            Gauges.add(gauges.acks, 1);
            String error = request.errorOf(ack);
            if (error != null) {
                count(error, ack.actions());
            }
            if (isMeasured) {
                tally.acks++;
                latencies.recordValue(latency);
            }
        } else if (failure != null) {
            failed(lane, failure, latency, isMeasured);
        }
        if (isEnded) {
            checkDone();
        } else {
            pump(lane.alone);
        }
    }

    private void failed(Lane lane, Throwable failure, long latency, boolean isMeasured) {
        EngineException.Kind kind = failure instanceof EngineException known ? known.kind() : null;
        count(kindOf(failure), String.valueOf(failure.getMessage()));
        if (kind == EngineException.Kind.PROCESSING_TIMEOUT && isMeasured) {
            // it waited that long in vain; without it a dead agent would look fast
            latencies.recordValue(latency);
        } else if (kind == null || kind == EngineException.Kind.TOO_BIG || kind == EngineException.Kind.QUEUE_FULL) {
            lane.held++;
            timer.after(HOLD, () -> {
                lane.held--;
                pump();
            });
        }
    }

    private void count(String kind, Object what) {
        Gauges.add(gauges.errors, 1);
        tally.errors.add(kind, what);
    }

    private static String kindOf(Throwable failure) {
        String name = failure instanceof EngineException known ? known.kind().name()
                : failure.getClass().getSimpleName();
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    // Connections

    private void attach(Lane lane, Link link) {
        if (isEnded) {
            link.close();
            return;
        }
        lane.link = link;
        var unused = link.closed().whenComplete((end, why) -> lost(lane, link));
        pump();
    }

    private void lost(Lane lane, Link link) {
        trafficOfLost = trafficOfLost.plus(link.traffic());
        lane.link = null;
        if (!isEnded) {
            tally.lost++;
            reopen(lane);
        }
    }

    private void reopen(Lane lane) {
        timer.after(lane.nextPause(), () -> {
            if (!isEnded) {
                var unused = connector.connect().whenComplete((link, failure) -> reopened(lane, link, failure));
            }
        });
    }

    private void reopened(Lane lane, @Nullable Link link, @Nullable Throwable failure) {
        if (link != null) {
            tally.reopened += isEnded ? 0 : 1;
            attach(lane, link);
        } else if (failure != null && !isEnded) {
            tally.notReopened++;
            count("reopen-" + kindOf(cause(failure)), String.valueOf(cause(failure).getMessage()));
            reopen(lane);
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private Traffic traffic() {
        Traffic traffic = trafficOfLost;
        for (Lane lane : lanes) {
            if (lane.link != null) {
                traffic = traffic.plus(lane.link.traffic());
            }
        }
        return traffic;
    }

    // The end

    private void end() {
        isEnded = true;
        Schedule times = schedule;
        if (times != null && times.isOpenLoop()) {
            for (long due = times.due(next); !times.isOver(due); due = times.due(next)) {
                if (times.isMeasured(due)) {
                    tally.unsent++;
                    latencies.recordValue(times.end() - due);
                }
                next++;
            }
        }
        checkDone();
    }

    private void checkDone() {
        if (inFlight == 0 && !done.isDone()) {
            tally.traffic = traffic().minus(trafficOfWarmup);
            tally.window = window();
            done.complete(null);
        }
    }
}
