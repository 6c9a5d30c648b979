package dev.spoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes a document of the results that are there. */
final class Report {
    private static final String HEAD = """
            # Benchmarks

            Made by `./bench`. An agent runs as a process of its own on one core and is loaded from another one by a C program, which
            checks every answer; processor time is what the kernel has counted for the agent's process, all of its threads and
            system calls included. Agents take turns, round by round, each round with a new process that is warmed up first.
            Figures are medians, with the least and the most of the rounds in parentheses. CPU per ACK is the one to go by: rates and
            latencies move with whatever else the machine does.
            """;

    private Report() {}

    /** All results of a folder, in the order of the report. */
    static List<Result> results(Path folder) throws IOException {
        List<Result> results = new ArrayList<>();
        for (Measurement measurement : Measurement.values()) {
            Path file = Result.file(folder, measurement);
            if (Files.exists(file)) {
                results.add(Result.read(file));
            }
        }
        return results;
    }

    /** Writes {@code report.md} and its plots into a folder. */
    static void write(List<Result> results, Path folder) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder(HEAD);
        for (Result result : results) {
            text.append("\n## ").append(result.measurement().title()).append("\n\n").append(result.measurement().text())
                    .append("\n\n").append(Table.of(result)).append('\n');
            List<String> plots = Plots.write(result, folder);
            plots.forEach(plot -> text.append("![").append(result.measurement().title()).append("](").append(plot)
                    .append(")\n\n"));
            if (result.measurement() == Measurement.COMPARE) {
                text.append(targets(result)).append("\n\n");
            }
            text.append("Measured on ").append(place(result.machine())).append(": ").append(result.settings())
                    .append(".\n");
        }
        Files.writeString(folder.resolve("report.md"), text);
    }

    private static String place(Machine machine) {
        return machine.date() + " on " + machine.processor() + ", " + machine.cores() + " cores, " + machine.kernel()
                + ", " + machine.java() + ", load average before it " + machine.load();
    }

    /** Which targets are missed, if any. */
    static String targets(Result result) {
        List<Row> judged = result.rows().stream().filter(row -> Kind.target(row.subject(), row.load()).isPresent())
                .toList();
        List<Row> missed = judged.stream().filter(row -> row.spread(Figure.RATIO).median() > Kind
                .target(row.subject(), row.load()).orElseThrow()).toList();
        return "Targets met: " + (judged.size() - missed.size()) + " of " + judged.size() + "."
                + (missed.isEmpty() ? ""
                        : " Missed: " + missed.stream()
                                .map(row -> row.subject() + " " + row.load()).collect(Collectors.joining(", ")) + ".");
    }
}
