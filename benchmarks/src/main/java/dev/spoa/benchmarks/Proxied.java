package dev.spoa.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spoa.testkit.HaproxyProcess;
import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Agents behind HAProxy, which answers requests over HTTP. */
final class Proxied {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONNECTIONS = 32;
    private static final String NO_FILTER = "no filter";
    /** HAProxy has a core for itself; where there are only two, the client and the agent share the other. */
    private static final int PROXY_CORE = Lab.LOAD_CORE;
    private static final int CLIENT_CORE =
            Runtime.getRuntime().availableProcessors() > 2 ? 2 : Lab.AGENT_CORE;

    private final Lab lab;
    private final Timing timing;
    private final Samples samples;

    /** What {@code httpload} prints. */
    record HttpResult(long requests, double rate, long bad, double p50, double p99, double p999, double max,
            List<Double> cpu) {}

    Proxied(Lab lab, Timing timing, Samples samples) {
        this.lab = lab;
        this.timing = timing;
        this.samples = samples;
    }

    void run() throws IOException, InterruptedException {
        List<HaproxyVersion> versions = new ArrayList<>();
        newest(HaproxyVersion.withOldEngine(), versions);
        newest(HaproxyVersion.withNewEngine(), versions);
        if (versions.isEmpty()) {
            throw new MeasurementException("no HAProxy was found; scripts/haproxy-get fetches some");
        }
        for (int round = 1; round <= timing.rounds; round++) {
            for (HaproxyVersion version : versions) {
                List<Subject> subjects = Subject.floorAndKinds(lab);
                for (Subject subject : subjects) {
                    run(version, subject, subject.equals(subjects.getLast()));
                }
            }
        }
    }

    /** The one with the last word of those that can be had; a version without one is named. */
    private void newest(List<HaproxyVersion> from, List<HaproxyVersion> to) {
        List<HaproxyVersion> found = from.stream().filter(version -> version.binary().isPresent()).toList();
        if (found.isEmpty()) {
            lab.say(from.getLast() + " is left out: " + from.getLast().reason());
        } else {
            to.add(found.getLast());
        }
    }

    private void run(HaproxyVersion version, Subject subject, boolean alsoWithoutFilter)
            throws IOException, InterruptedException {
        try (AgentProcess agent = AgentProcess.pinned(lab, subject)) {
            Rounds.warmUp(lab, agent, timing.warm);
            try (HaproxyProcess haproxy = HaproxyProcess.of(version).resource(Proxied.class, "haproxy.cfg")
                    .resource(Proxied.class, "spoe.cfg").port("PLAIN_PORT", "127.0.0.1")
                    .agent(new InetSocketAddress(InetAddress.getLoopbackAddress(), agent.port())).start()) {
                OptionalLong worker = haproxy.workerPid();
                if (worker.isEmpty()) {
                    throw new MeasurementException(version + " has ended: " + haproxy.log());
                }
                long pid = worker.getAsLong();
                Program.run(List.of("taskset", "-a", "-p", "-c", Integer.toString(PROXY_CORE), Long.toString(pid)));
                HttpResult result = load(haproxy.port("PORT"), "score", pid, agent.pid());
                agent.checkAlive();
                add(version, subject.name(), result);
                samples.add(subject.name(), version.toString(), Figure.AGENT_CPU, checkedCpu(result, 1, "the agent"));
                if (alsoWithoutFilter) {
                    add(version, NO_FILTER, load(haproxy.port("PLAIN_PORT"), "plain", pid));
                }
            }
        }
    }

    private HttpResult load(int port, String mode, long... pids) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(lab.program("httpload").toString(), "127.0.0.1",
                Integer.toString(port), Integer.toString(CONNECTIONS), mode, Double.toString(timing.warm),
                Double.toString(timing.seconds)));
        for (long pid : pids) {
            command.add(Long.toString(pid));
        }
        return parse(Program.run(Program.pinned(CLIENT_CORE, command)));
    }

    static HttpResult parse(String json) throws IOException {
        HttpResult result = JSON.readValue(json, HttpResult.class);
        if (result.bad > 0 || result.requests == 0) {
            throw new MeasurementException(
                    result.bad + " of " + result.requests + " responses were wrong, or there was none");
        }
        checkedCpu(result, 0, "HAProxy");
        return result;
    }

    private static double checkedCpu(HttpResult result, int index, String whose) {
        double cpu = result.cpu.get(index);
        if (!(cpu > 0)) {
            throw new MeasurementException("no CPU time was counted for " + whose);
        }
        return cpu;
    }

    private void add(HaproxyVersion version, String subject, HttpResult result) {
        String load = version.toString();
        samples.add(subject, load, Figure.REQUESTS, result.rate());
        samples.add(subject, load, Figure.PROXY_CPU, checkedCpu(result, 0, load));
        samples.add(subject, load, Figure.P50, result.p50());
        samples.add(subject, load, Figure.P99, result.p99());
        lab.say(String.format(Locale.ROOT, "%s, %s: %,.0f requests per second, CPU per request %s µs", load, subject,
                result.rate(), result.cpu()));
    }
}
