package dev.spoa.benchmarks;

import dev.spoa.agent.Agent;
import dev.spoa.agent.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The measurements that are a matter of agents under loads. */
final class Loads {
    private static final List<Shape> SHAPES = List.of(new Shape(1, 1, Payload.SMALL), new Shape(8, 1, Payload.SMALL),
            new Shape(8, 20, Payload.SMALL), new Shape(64, 20, Payload.SMALL), new Shape(8, 20, Payload.HTTP));
    private static final List<Shape> TWO_SHAPES =
            List.of(new Shape(8, 1, Payload.SMALL), new Shape(8, 20, Payload.SMALL));
    private static final List<Integer> CONNECTIONS = List.of(8, 64, 250, 1_000);
    private static final int DEPTH = 4;
    private static final int OPEN_LOOP_CONNECTIONS = 16;
    /**
     * On all connections together just below {@link dev.spoa.agent.Limits#notificationsPerMessage()}, so that an agent which
     * was held up does not refuse what has piled up. What waits for a place is late all the same.
     */
    private static final int OPEN_LOOP_DEPTH = 500;

    private Loads() {}

    static void compare(Lab lab, Timing timing, Samples samples) throws IOException, InterruptedException {
        new Rounds(lab, timing, samples).run(Subject.floorAndKinds(lab), SHAPES);
    }

    static void transports(Lab lab, Timing timing, Samples samples) throws IOException, InterruptedException {
        List<Subject> subjects = new ArrayList<>(List.of(Subject.floor(lab)));
        for (Transport transport : List.of(Transport.EPOLL, Transport.NIO, Transport.IO_URING)) {
            if (isAvailable(transport)) {
                String name = transport.name().toLowerCase(Locale.ROOT);
                for (Kind kind : List.of(Kind.INLINE, Kind.DEFAULT)) {
                    subjects.add(Subject.fixture(lab, kind + ", " + name, kind, Map.of(), "--transport", name));
                }
            } else {
                lab.say(transport + " is not available here");
            }
        }
        new Rounds(lab, timing, samples).run(subjects, TWO_SHAPES);
    }

    private static boolean isAvailable(Transport transport) {
        try (Agent agent = Agent.builder().transport(transport).shutdownHook(false).listen("127.0.0.1:0").start()) {
            return !agent.addresses().isEmpty();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    static void growth(Lab lab, Timing timing, Samples samples) throws IOException, InterruptedException {
        new Rounds(lab, timing, samples).run(Subject.floorAndKinds(lab),
                CONNECTIONS.stream().map(number -> new Shape(number, DEPTH, Payload.SMALL)).toList());
    }

    static void openLoop(Lab lab, int rate, double seconds, Samples samples) throws IOException, InterruptedException {
        Shape shape = new Shape(OPEN_LOOP_CONNECTIONS, OPEN_LOOP_DEPTH, Payload.SMALL);
        String load =
                String.format(Locale.ROOT, "%,d NOTIFYs per second on %d connections", rate, OPEN_LOOP_CONNECTIONS);
        double warm = Math.min(5, seconds);
        for (Subject subject : List.of(Subject.floor(lab), Subject.fixture(lab, Kind.DEFAULT))) {
            try (AgentProcess agent = AgentProcess.pinned(lab, subject)) {
                Rounds.warmUp(lab, agent, warm / 2);
                LoadResult result = LoadResult.measure(lab, agent, shape, rate, warm, seconds);
                lab.say(String.format("%s: p99.9 %s µs", subject.name(), Figure.P999.format(result.p999())));
                samples.add(subject.name(), load, result);
            }
        }
    }
}
