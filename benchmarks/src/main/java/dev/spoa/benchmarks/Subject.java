package dev.spoa.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * An agent that can be started.
 *
 * @param name its name in tables
 * @param environment variables that its process has besides ours
 * @param command what is to be executed, for the port that it is to listen on
 */
record Subject(String name, Map<String, String> environment, IntFunction<List<String>> command) {
    static final String FLOOR = "floor";

    static Subject floor(Lab lab) {
        return new Subject(FLOOR, Map.of(),
                port -> List.of(lab.program("spopfloor").toString(), Integer.toString(port)));
    }

    static Subject fixture(Lab lab, Kind kind) {
        return fixture(lab, kind.toString(), kind, Map.of());
    }

    static Subject fixture(Lab lab, String name, Kind kind, Map<String, String> environment, String... options) {
        return new Subject(name, environment, port -> {
            List<String> command =
                    new ArrayList<>(List.of(lab.launcher().toString(), "fixture", "--listen", "127.0.0.1:" + port));
            command.addAll(kind.options());
            command.addAll(List.of(options));
            return command;
        });
    }

    /** The floor first, to which all others are compared. */
    static List<Subject> floorAndKinds(Lab lab) {
        List<Subject> subjects = new ArrayList<>(List.of(floor(lab)));
        for (Kind kind : Kind.values()) {
            subjects.add(fixture(lab, kind));
        }
        return subjects;
    }
}
