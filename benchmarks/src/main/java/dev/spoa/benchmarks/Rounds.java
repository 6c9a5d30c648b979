package dev.spoa.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Agents under the same loads, in turns: what else a machine does then hits all of them alike. */
final class Rounds {
    private static final Shape WARM_HTTP = new Shape(8, 20, Payload.HTTP);
    private static final Shape WARM_SMALL = new Shape(8, 1, Payload.SMALL);

    private final Lab lab;
    private final Timing timing;
    private final Samples samples;

    Rounds(Lab lab, Timing timing, Samples samples) {
        this.lab = lab;
        this.timing = timing;
        this.samples = samples;
    }

    /** Measures all of them; the first is the one to which the others are compared. */
    void run(List<Subject> subjects, List<Shape> shapes) throws IOException, InterruptedException {
        for (int round = 1; round <= timing.rounds; round++) {
            List<LoadResult> floor = List.of();
            for (Subject subject : subjects) {
                List<LoadResult> results = run(subject, shapes, round);
                floor = floor.isEmpty() ? results : floor;
                for (int i = 0; i < results.size(); i++) {
                    String load = shapes.get(i).toString();
                    samples.add(subject.name(), load, results.get(i));
                    samples.add(subject.name(), load, Figure.RATIO, results.get(i).cpu() / floor.get(i).cpu());
                }
            }
        }
    }

    private List<LoadResult> run(Subject subject, List<Shape> shapes, int round)
            throws IOException, InterruptedException {
        List<LoadResult> results = new ArrayList<>();
        try (AgentProcess agent = AgentProcess.pinned(lab, subject)) {
            warmUp(lab, agent, timing.warm);
            for (Shape shape : shapes) {
                LoadResult result = LoadResult.measure(lab, agent, shape, timing.warm, timing.seconds);
                lab.say(String.format("round %d, %s, %s: %s µs of CPU per ACK, %s ACKs per second", round,
                        subject.name(),
                        shape, Figure.CPU.format(result.cpu()), Figure.RATE.format(result.rate())));
                samples.add(subject.name(), shape.toString(), Figure.RSS, agent.residentMib());
                results.add(result);
            }
        }
        return results;
    }

    /** Loads a new agent until the JIT compiler has seen what matters. */
    static void warmUp(Lab lab, AgentProcess agent, double seconds) throws IOException, InterruptedException {
        LoadResult.measure(lab, agent, WARM_HTTP, 2 * seconds, 0.5);
        LoadResult.measure(lab, agent, WARM_SMALL, 1.5 * seconds, 0.5);
    }
}
