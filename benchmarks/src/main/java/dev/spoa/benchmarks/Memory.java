package dev.spoa.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What memory an agent takes. */
final class Memory {
    private static final long SETTLE_MILLIS = 2_000;
    private static final String SMALL_HEAP = "-Xmx64m";
    private static final Shape SHAPE = new Shape(8, 20, Payload.SMALL);
    private static final double KIB_PER_MIB = 1_024;

    private Memory() {}

    static void measure(Lab lab, Timing timing, int connections, Samples samples)
            throws IOException, InterruptedException {
        List<Subject> heaps = List.of(Subject.fixture(lab, "default", Kind.DEFAULT, Map.of()),
                Subject.fixture(lab, "default, " + SMALL_HEAP, Kind.DEFAULT, Map.of("JAVA_OPTS", SMALL_HEAP)));
        for (Subject subject : heaps) {
            idle(lab, subject, connections, samples);
        }
        new Rounds(lab, timing, samples).run(List.of(Subject.floor(lab), heaps.getFirst(), heaps.getLast()),
                List.of(SHAPE));
    }

    private static void idle(Lab lab, Subject subject, int connections, Samples samples)
            throws IOException, InterruptedException {
        try (AgentProcess agent = AgentProcess.free(lab, subject)) {
            Thread.sleep(SETTLE_MILLIS);
            double before = agent.residentMib();
            samples.add(subject.name(), "after the start", Figure.RSS, before);
            Process holder = new ProcessBuilder(lab.program("spopidle").toString(), "127.0.0.1",
                    Integer.toString(agent.port()), Integer.toString(connections)).redirectErrorStream(true).start();
            try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
                String ready = said.readLine();
                if (ready == null || !ready.equals(connections + " connections")) {
                    throw new MeasurementException("idle connections to " + subject.name() + ": " + ready);
                }
                Thread.sleep(SETTLE_MILLIS);
                double with = agent.residentMib();
                String load = String.format(Locale.ROOT, "%,d idle connections", connections);
                samples.add(subject.name(), load, Figure.RSS, with);
                samples.add(subject.name(), load, Figure.CONNECTION, (with - before) * KIB_PER_MIB / connections);
                lab.say(String.format("%s: %s MiB, with %s %s MiB", subject.name(), Figure.RSS.format(before), load,
                        Figure.RSS.format(with)));
                holder.getOutputStream().close();
                String complaint = said.readLine();
                if (holder.waitFor() != 0) {
                    throw new MeasurementException("idle connections to " + subject.name() + ": " + complaint);
                }
            } finally {
                holder.destroyForcibly();
            }
        }
    }
}
