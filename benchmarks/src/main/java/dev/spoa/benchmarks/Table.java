package dev.spoa.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The figures of a result as a table of Markdown, which reads well as plain text too. */
final class Table {
    private static final String NONE = "";

    private Table() {}

    static String of(Result result) {
        List<Figure> figures = result.measurement().figures().stream()
                .filter(figure -> result.rows().stream().anyMatch(row -> row.has(figure))).toList();
        boolean hasTargets = result.measurement() == Measurement.COMPARE;
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(result.measurement().subjects(), "load"));
        figures.forEach(figure -> head.add(figure.title()));
        if (hasTargets) {
            head.addAll(List.of("target", "met"));
        }
        lines.add(head);
        for (Row row : result.rows()) {
            List<String> line = new ArrayList<>(List.of(row.subject(), row.load()));
            figures.forEach(figure -> line.add(row.has(figure) ? row.spread(figure).format(figure) : NONE));
            if (hasTargets) {
                line.addAll(target(row));
            }
            lines.add(line);
        }
        return lay(lines);
    }

    private static List<String> target(Row row) {
        return Kind.target(row.subject(), row.load())
                .map(most -> List.of("≤ " + Figure.RATIO.format(most),
                        row.spread(Figure.RATIO).median() <= most ? "yes" : "no"))
                .orElse(List.of(NONE, NONE));
    }

    private static String lay(List<List<String>> lines) {
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < lines.size(); number++) {
            for (int i = 0; i < widths.length; i++) {
                text.append("| ").append(padded(lines.get(number).get(i), widths[i], i > 1)).append(' ');
            }
            text.append("|\n");
            if (number == 0) {
                for (int i = 0; i < widths.length; i++) {
                    text.append("|-").append("-".repeat(widths[i])).append(i > 1 ? ":" : "-");
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    private static String padded(String cell, int width, boolean right) {
        String space = " ".repeat(width - cell.length());
        return right ? space + cell : cell + space;
    }
}
