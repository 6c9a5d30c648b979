package dev.spoa.cli.bench;

import dev.spoa.engine.EngineException;
import dev.spoa.engine.EngineGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Makes load on one agent and measures how it is borne. A run is for one thread. */
public final class LoadGenerator implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int DIGITS = 3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final long CLOSING_SECONDS = 6;
    private static final long GRACE_MILLIS = 30_000;

    /** An event loop and its part of the connections. */
    private record Worker(EngineGroup group, ScheduledExecutorService loop, Pacer pacer, int connections) {}

    private final LoadTarget target;
    private final LoadPlan plan;
    private final Consumer<Live> watcher;
    private final List<Worker> workers = new ArrayList<>();
    private final Histogram latencies = new Histogram(DIGITS);
    private long lastTick;
    private long lastAcks;

    private LoadGenerator(LoadTarget target, LoadPlan plan, Consumer<Live> watcher) {
        this.target = target;
        this.plan = plan;
        this.watcher = watcher;
    }

    /**
     * Opens the connections, makes the load, waits for the last answers and closes the connections.
     *
     * @param target the agent
     * @param plan the load
     * @param watcher told every second how it goes, on the calling thread
     * @return how it went
     * @throws EngineException if not all connections can be opened
     * @throws InterruptedException if the calling thread is interrupted
     */
    public static LoadResult run(LoadTarget target, LoadPlan plan, Consumer<Live> watcher)
            throws InterruptedException {
        try (LoadGenerator generator = new LoadGenerator(target, plan, watcher)) {
            generator.open();
            return generator.load();
        }
    }

    private void open() {
        List<CompletableFuture<Void>> opened = new ArrayList<>();
        for (int i = 0; i < plan.threads(); i++) {
            int connections = plan.connections() / plan.threads() + (i < plan.connections() % plan.threads() ? 1 : 0);
            EngineGroup group = new EngineGroup(1);
            ScheduledExecutorService loop = group.executor();
            Pacer pacer = new Pacer(plan.payload(), plan.seed() + i, new LoopTimer(loop),
                    EngineLink.connector(plan, group, target.address()));
            Worker worker = new Worker(group, loop, pacer, connections);
            workers.add(worker);
            opened.add(onLoop(worker, it -> it.open(connections)));
        }
        try {
            all(opened).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EngineException cause ? cause : e;
        }
    }

    private LoadResult load() throws InterruptedException {
        long start = System.nanoTime();
        Schedule times = Schedule.of(plan, start, plan.connections());
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (Worker worker : workers) {
            Schedule part = Schedule.of(plan, start, worker.connections());
            done.add(onLoop(worker, pacer -> {
                pacer.start(part);
                return pacer.done();
            }));
        }
        lastTick = start;
        watchUntil(times.measured(), start, true);
        Usage before = usage();
        watchUntil(times.end(), start, false);
        Usage used = usage().since(before);
        // each NOTIFY has a timeout of its own, so this ends, unless there is a fault in here
        all(done).orTimeout(plan.timeout().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS).join();
        collect();
        return result(used);
    }

    /** What has been used up, and what it was good for. */
    private record Usage(long nanos, Duration agent, Duration own, long acks) {
        Usage since(Usage before) {
            return new Usage(nanos - before.nanos, agent.minus(before.agent), own.minus(before.own),
                    acks - before.acks);
        }

        Cpu cpu(Duration used) {
            return new Cpu(acks == 0 ? 0 : used.toNanos() / NANOS_PER_MICRO / acks, (double) used.toNanos() / nanos);
        }
    }

    private Usage usage() {
        Duration own = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return new Usage(System.nanoTime(), target.cpu(), own, sum(gauges -> gauges.acks));
    }

    private LoadResult result(Usage used) {
        Tally tally = new Tally();
        workers.forEach(worker -> tally.add(worker.pacer.tally()));
        return new LoadResult(target.address(), plan, Math.min(tally.window, plan.inFlight()), tally.acks, latencies,
                tally.unsent, tally.errors.byKind(), tally.lost, tally.reopened, tally.notReopened, tally.traffic,
                target.process().map(process -> used.cpu(used.agent)), used.cpu(used.own));
    }

    // Watching

    private void watchUntil(long time, long start, boolean isWarmup) throws InterruptedException {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            long tick = lastTick + TICK.toNanos() - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(Math.min(left, tick));
            if (tick <= left) {
                tick(start, isWarmup);
            }
        }
    }

    private void tick(long start, boolean isWarmup) {
        long now = System.nanoTime();
        long acks = sum(gauges -> gauges.acks);
        Histogram second = collect();
        watcher.accept(new Live(Duration.ofNanos(now - start), isWarmup,
                (acks - lastAcks) * NANOS_PER_SECOND / (now - lastTick),
                second.getValueAtPercentile(99) / NANOS_PER_MICRO,
                sum(gauges -> gauges.inFlight), sum(gauges -> gauges.errors)));
        lastTick = now;
        lastAcks = acks;
    }

    /** Adds what came since the last time, and returns it. */
    private Histogram collect() {
        Histogram sum = new Histogram(DIGITS);
        for (Worker worker : workers) {
            sum.add(worker.pacer.interval());
        }
        latencies.add(sum);
        return sum;
    }

    private long sum(Function<Gauges, AtomicLong> gauge) {
        return workers.stream().mapToLong(worker -> gauge.apply(worker.pacer.gauges()).getAcquire()).sum();
    }

    // Event loops

    private static CompletableFuture<Void> onLoop(Worker worker, Function<Pacer, CompletableFuture<Void>> task) {
        return CompletableFuture.completedFuture(worker.pacer).thenComposeAsync(task, worker.loop);
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    private record LoopTimer(ScheduledExecutorService loop) implements Pacer.Timer {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }

        @Override
        public void after(long nanos, Runnable task) {
            var unused = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Says goodbye as the profile does, and ends the event loops. */
    @Override
    public void close() {
        try {
            all(workers.stream().map(worker -> onLoop(worker, Pacer::close)).toList()).get(CLOSING_SECONDS,
                    TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the event loops end all the same
        }
        workers.forEach(worker -> worker.group.close());
    }
}
