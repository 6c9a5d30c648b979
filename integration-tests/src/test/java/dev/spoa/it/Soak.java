package dev.spoa.it;

import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Pipelining;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.it.SoakSample.Figure;
import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Days in the life of an agent, in short: every HAProxy that there is asks it for everything, and one after the other HAProxys are
 * reloaded, a second agent in their backend is restarted, and faulty peers come. What the agent's process takes is measured
 * meanwhile, each time when nothing is in flight.
 */
final class Soak implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** HAProxy looks five times a second; on a machine that is busy with something else it may be late. */
    private static final Duration NOTICE = Duration.ofMillis(1_500);
    private static final int SAMPLES = 30;
    private static final Duration MOST_BETWEEN_SAMPLES = Duration.ofMinutes(1);
    private static final Duration LEAST_BETWEEN_SAMPLES = Duration.ofSeconds(2);
    private static final long MIB = 1 << 20;
    private static final long KIB = 1 << 10;

    private final Duration time;
    private final long start = System.nanoTime();
    private final MeasuredAgent agent;
    private final List<FaultyPeers> faulty;
    private final List<Haproxy> haproxys = new ArrayList<>();
    private final List<Haproxy> withSecond = new ArrayList<>();
    private final Map<Disturbance, Integer> disturbances = new EnumMap<>(Disturbance.class);
    private final List<SoakSample> samples = new ArrayList<>();
    private Agent second;
    private volatile Disturbance current = Disturbance.RELOAD;

    /** What happens besides the requests, in this order. */
    enum Disturbance {
        RELOAD,
        RESET,
        RESTART,
        HALF_CLOSE,
        GARBAGE,
        SILENCE,
        DEAFNESS
    }

    /**
     * What a soak has shown.
     *
     * @param samples what was measured
     * @param disturbances how often each happened
     * @param right requests with the answer that they should have
     * @param wrong all others
     * @param complaints a sentence for each thing that is not as it should be
     */
    record Result(List<SoakSample> samples, Map<Disturbance, Integer> disturbances, long right, long wrong,
            List<String> complaints) {}

    Soak(List<HaproxyVersion> versions, Duration time) throws IOException {
        this.time = time;
        agent = new MeasuredAgent();
        faulty = List.of(FixtureAgent.Kind.values()).stream().map(kind -> new FaultyPeers(agent.address(kind)))
                .toList();
        second = startSecond(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        FixtureAgent.Kind[] kinds = FixtureAgent.Kind.values();
        for (HaproxyVersion version : versions) {
            start(version, agent.address(kinds[haproxys.size() % kinds.length]));
        }
    }

    private static Agent startSecond(SocketAddress address) {
        return FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.BLOCKING).deadline("sleep", SoakAgent.DEADLINE)
                .listen(address).notice(NOTICE).pipelining(Pipelining.NEVER).shutdownHook(false).start();
    }

    private void start(HaproxyVersion version, SocketAddress address) {
        Haproxy.Builder builder = Haproxy.of(version).closesConnections().healthChecks();
        // 2.6 leaves an event unsent now and then where there is no pipelining, and without that a restart loses some
        boolean restarts = !version.number().equals("2.6");
        Haproxy haproxy = (restarts ? builder.secondAgent(second.addresses().getFirst()) : builder).start(address);
        haproxys.add(haproxy);
        if (restarts) {
            withSecond.add(haproxy);
        }
    }

    /** Runs until the time is over, and prints a line each time that it measures. */
    Result run() throws IOException {
        SoakAgent.logErrorsOnly();
        System.out.println("soak of " + time + " with " + haproxys);
        System.out.println(
                "    time  answered  wrong   RSS MiB   heap KiB  pool KiB  buffers  threads  descriptors  disturbances");
        SoakTraffic traffic = new SoakTraffic(haproxys, 1, () -> "during " + current);
        try (traffic) {
            Duration nextSample = interval();
            for (int i = 0; elapsed().compareTo(time) < 0; i++) {
                disturb(i);
                if (elapsed().compareTo(nextSample) >= 0) {
                    measure(traffic);
                    nextSample = elapsed().plus(interval());
                }
            }
        }
        return result(traffic);
    }

    private Duration interval() {
        Duration even = time.dividedBy(SAMPLES);
        return even.compareTo(MOST_BETWEEN_SAMPLES) > 0 ? MOST_BETWEEN_SAMPLES
                : even.compareTo(LEAST_BETWEEN_SAMPLES) < 0 ? LEAST_BETWEEN_SAMPLES : even;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void disturb(int i) {
        Disturbance disturbance = Disturbance.values()[i % Disturbance.values().length];
        current = disturbance;
        int round = i / Disturbance.values().length;
        FaultyPeers peers = faulty.get(round % faulty.size());
        switch (disturbance) {
            case RELOAD -> haproxys.get(round % haproxys.size()).reload();
            case RESTART -> restart();
            case RESET -> peers.reset(20);
            case HALF_CLOSE -> peers.closeTheirSide(20);
            case GARBAGE -> peers.sendGarbage(20);
            case SILENCE -> peers.keepSilent(50, () -> {});
            case DEAFNESS -> peers.readNothing();
        }
        disturbances.merge(disturbance, 1, Integer::sum);
    }

    /** As docs/reliability.md says: only while all HAProxys have both agents to ask. */
    private void restart() {
        for (Haproxy haproxy : withSecond) {
            await().atMost(PATIENCE).until(() -> haproxy.isUp("agent") && haproxy.isUp("second"));
        }
        SocketAddress address = second.addresses().getFirst();
        second.close();
        second = startSecond(address);
        for (Haproxy haproxy : withSecond) {
            await().atMost(PATIENCE).until(() -> haproxy.isUp("second"));
        }
    }

    private void measure(SoakTraffic traffic) throws IOException {
        SoakSample sample;
        traffic.pause();
        try {
            // handlers of faulty peers may be at work for a moment yet
            sample = measureOnce(now -> now.inFlight() == 0);
        } finally {
            traffic.goOn();
        }
        samples.add(sample);
        System.out.printf("%8s %9d %6d %9.1f %10d %9d %8d %8d %12d  %s%n", timeOf(sample), traffic.right(),
                traffic.wrong(),
                (double) sample.value(Figure.RSS) / MIB, sample.value(Figure.HEAP) / KIB,
                sample.pool() / KIB, sample.value(Figure.BUFFERS), sample.value(Figure.THREADS),
                sample.value(Figure.DESCRIPTORS),
                disturbances.values().stream().mapToInt(Integer::intValue).sum());
    }

    private static String timeOf(SoakSample sample) {
        return String.format("%d:%02d", sample.at().toMinutes(), sample.at().toSecondsPart());
    }

    private Result result(SoakTraffic traffic) throws IOException {
        List<String> complaints = new ArrayList<>();
        if (traffic.wrong() > 0) {
            complaints.add(traffic.wrong() + " wrong answers, of which " + traffic.firstWrong());
        }
        haproxys.forEach(Haproxy::close);
        SoakSample left = measureOnce(now -> now.inFlight() == 0 && now.connections() == 0);
        if (left.inFlight() > 0 || left.connections() > 0) {
            complaints.add("when all HAProxys had ended, " + left.inFlight() + " NOTIFYs were in flight and "
                    + left.connections() + " connections open");
        }
        if (time.compareTo(SoakGrowth.SHORTEST) >= 0) {
            SoakGrowth growth = new SoakGrowth(samples);
            complaints.addAll(growth.complaints());
            System.out.println("after a third of the time:");
            growth.summary().forEach(System.out::println);
        } else {
            System.out.println("too short to tell growth, which takes " + SoakGrowth.SHORTEST);
        }
        System.out.println(traffic.right() + " right, " + traffic.wrong() + " wrong answers, " + left.acks()
                + " ACKs of the measured agent; " + disturbances);
        System.out.println(complaints.isEmpty() ? "nothing to complain of" : String.join("\n", complaints));
        return new Result(List.copyOf(samples), Map.copyOf(disturbances), traffic.right(), traffic.wrong(), complaints);
    }

    /** Waits for something, and measures in any case. */
    private SoakSample measureOnce(Predicate<SoakSample> quiet) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        SoakSample sample = agent.measure(elapsed());
        while (!quiet.test(sample) && System.nanoTime() - deadline < 0) {
            sample = agent.measure(elapsed());
        }
        return sample;
    }

    @Override
    public void close() throws IOException {
        haproxys.forEach(Haproxy::close);
        second.close();
        agent.close();
    }
}
