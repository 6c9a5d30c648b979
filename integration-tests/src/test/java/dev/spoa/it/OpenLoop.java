package dev.spoa.it;

import dev.spoa.agent.FailureKind;
import dev.spoa.engine.Ack;
import dev.spoa.engine.Engine;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * NOTIFYs at a rate that does not depend on the answers, as clients of a website send them: several connections in turn,
 * a few at each tick of the clock. Times count from the tick, so what is sent late is not measured too well.
 */
final class OpenLoop {
    private static final Duration TICK = Duration.ofMillis(10);

    private final List<Engine> engines;
    private final Map<Outcome, List<Long>> nanos = new ConcurrentHashMap<>();
    private final List<CompletableFuture<?>> all = new ArrayList<>();
    private volatile long lastRefusal;

    /** How a NOTIFY may end. */
    enum Outcome {
        HANDLED, REFUSED, ANYTHING_ELSE
    }

    OpenLoop(List<Engine> engines) {
        this.engines = engines;
        for (Outcome outcome : Outcome.values()) {
            nanos.put(outcome, Collections.synchronizedList(new ArrayList<>()));
        }
    }

    /** Sends so many NOTIFYs a second, for so long. */
    void offer(String message, int perSecond, Duration time) {
        offer(message, perSecond, time, CompletableFuture.completedFuture(null));
    }

    /** Sends so many NOTIFYs a second, for so long, and then until something else has come to its end. */
    void offer(String message, int perSecond, Duration time, CompletableFuture<?> until) {
        long start = System.nanoTime();
        int perTick = Math.toIntExact(perSecond * TICK.toMillis() / 1_000);
        for (long tick = 0; tick < time.dividedBy(TICK) || !until.isDone(); tick++) {
            long at = start + tick * TICK.toNanos();
            while (System.nanoTime() - at < 0) {
                LockSupport.parkNanos(at - System.nanoTime());
            }
            for (int i = 0; i < perTick; i++) {
                send(engines.get(all.size() % engines.size()), message, at);
            }
        }
    }

    private void send(Engine engine, String message, long at) {
        all.add(engine.notify(message).whenComplete((ack, failure) -> {
            long now = System.nanoTime();
            Outcome outcome = failure == null ? outcomeOf(ack, message) : Outcome.ANYTHING_ELSE;
            nanos.getOrDefault(outcome, List.of()).add(now - at);
            if (outcome == Outcome.REFUSED) {
                lastRefusal = now;
            }
        }));
    }

    private static Outcome outcomeOf(Ack ack, String message) {
        Optional<Value> error = ack.value(Scope.TRANSACTION, "agent_error");
        if (error.equals(Optional.of(Value.of(FailureKind.OVERLOAD.text()))) && ack.actions().size() == 1) {
            return Outcome.REFUSED;
        }
        return ack.value(Scope.TRANSACTION, message).isPresent() && error.isEmpty()
                ? Outcome.HANDLED
                : Outcome.ANYTHING_ELSE;
    }

    int sent() {
        return all.size();
    }

    int count(Outcome outcome) {
        return nanos.getOrDefault(outcome, List.of()).size();
    }

    /** When the last refusal came, on the clock of {@code System.nanoTime()}. */
    long lastRefusal() {
        return lastRefusal;
    }

    /** Waits until each has been answered, and fails where one will not be. */
    void join() {
        all.forEach(CompletableFuture::join);
    }

    /** The time that a share of the answers stayed under, in milliseconds. */
    double millis(Outcome outcome, double share) {
        List<Long> sorted = new ArrayList<>(nanos.getOrDefault(outcome, List.of()));
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
    }
}
