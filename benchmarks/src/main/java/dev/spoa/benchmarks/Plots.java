package dev.spoa.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.style.Styler;

/** Bars of what a result is about, a colour for each subject. */
final class Plots {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 400;

    private static final double LEAST_MICROS = 10;
    /** A dashed line would be a path for each dash. */
    private static final BasicStroke SOLID = new BasicStroke(0.5f);

    private Plots() {}

    /** Writes the plots of a result, and returns the names of their files. */
    static List<String> write(Result result, Path folder) throws IOException {
        return switch (result.measurement()) {
            case COMPARE, TRANSPORTS, GROWTH -> List.of(byLoad(result, Figure.RATIO, folder));
            case HAPROXY -> List.of(byLoad(result, Figure.PROXY_CPU, folder), byLoad(result, Figure.AGENT_CPU, folder));
            case OPEN_LOOP -> List.of(byFigure(result, folder));
            case MEMORY, START, JMH -> List.of();
        };
    }

    /** One figure of each subject under each load. */
    private static String byLoad(Result result, Figure figure, Path folder) throws IOException {
        CategoryChart chart = chart(result, figure.title());
        List<Row> rows = result.rows().stream().filter(row -> row.has(figure)).toList();
        List<String> loads = rows.stream().map(Row::load).distinct().toList();
        for (String subject : rows.stream().map(Row::subject).distinct().toList()) {
            List<Double> medians = new ArrayList<>();
            for (String load : loads) {
                medians.add(rows.stream().filter(row -> row.subject().equals(subject) && row.load().equals(load))
                        .mapToDouble(row -> row.spread(figure).median()).findFirst().orElse(0));
            }
            chart.addSeries(subject, loads, medians);
        }
        return save(chart, folder, result.measurement() + "-" + figure.name().toLowerCase(Locale.ROOT));
    }

    /** The percentiles of each subject under the one load that there is. */
    private static String byFigure(Result result, Path folder) throws IOException {
        List<Figure> percentiles = List.of(Figure.P50, Figure.P99, Figure.P999);
        CategoryChart chart = chart(result, "µs");
        chart.getStyler().setYAxisMin(LEAST_MICROS).setYAxisLogarithmic(true);
        for (Row row : result.rows()) {
            chart.addSeries(row.subject(), percentiles.stream().map(Figure::title).toList(),
                    percentiles.stream().map(figure -> Math.max(LEAST_MICROS, row.spread(figure).median())).toList());
        }
        return save(chart, folder, result.measurement().toString());
    }

    private static CategoryChart chart(Result result, String unit) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title(result.measurement().title()).yAxisTitle(unit).build();
        chart.getStyler().setYAxisMin(0.0).setPlotGridVerticalLinesVisible(false).setPlotGridLinesStroke(SOLID);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        return chart;
    }

    private static String save(CategoryChart chart, Path folder, String name) throws IOException {
        VectorGraphicsEncoder.saveVectorGraphic(chart, folder.resolve(name).toString(),
                VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        return name + ".svg";
    }
}
