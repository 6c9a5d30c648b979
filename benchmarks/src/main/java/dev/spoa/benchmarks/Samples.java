package dev.spoa.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is measured, round by round. */
final class Samples {
    private record Place(String subject, String load) {}

    private final Map<Place, Map<Figure, List<Double>>> all = new LinkedHashMap<>();

    void add(String subject, String load, Figure figure, double value) {
        all.computeIfAbsent(new Place(subject, load), place -> new EnumMap<>(Figure.class))
                .computeIfAbsent(figure, name -> new ArrayList<>()).add(value);
    }

    void add(String subject, String load, LoadResult result) {
        add(subject, load, Figure.CPU, result.cpu());
        add(subject, load, Figure.RATE, result.rate());
        add(subject, load, Figure.P50, result.p50());
        add(subject, load, Figure.P99, result.p99());
        add(subject, load, Figure.P999, result.p999());
        add(subject, load, Figure.MAX, result.max());
    }

    /** In the order in which the first value of each has come. */
    List<Row> rows() {
        return all.entrySet().stream()
                .map(entry -> new Row(entry.getKey().subject(), entry.getKey().load(), entry.getValue())).toList();
    }
}
