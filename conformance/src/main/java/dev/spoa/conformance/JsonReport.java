package dev.spoa.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report for programs: one object with the counts and a list of the cases. */
final class JsonReport {
    private JsonReport() {}

    static void write(Report report, Writer out) throws IOException {
        JsonFactory factory = JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("agent", report.agent());
            json.writeNumberField("seed", report.seed());
            json.writeNumberField("seconds", TextReport.seconds(report.elapsed()));
            json.writeStringField("end", report.end().name().toLowerCase(Locale.ROOT));
            if (!report.trouble().isEmpty()) {
                json.writeStringField("trouble", report.trouble());
            }
            json.writeBooleanField("conformant", report.isConformant(false));
            json.writeObjectFieldStart("counts");
            for (Level level : Level.values()) {
                json.writeObjectFieldStart(TextReport.name(level));
                for (Outcome outcome : Outcome.values()) {
                    json.writeNumberField(name(outcome), report.count(level, outcome));
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeArrayFieldStart("cases");
            for (Map.Entry<String, List<CaseResult>> group : report.byGroup().entrySet()) {
                for (CaseResult result : group.getValue()) {
                    write(json, group.getKey(), result);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.write(System.lineSeparator());
        out.flush();
    }

    private static void write(JsonGenerator json, String group, CaseResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", result.of().id());
        json.writeStringField("title", result.of().title());
        json.writeStringField("group", group);
        json.writeStringField("section", result.of().section());
        json.writeStringField("level", TextReport.name(result.of().level()));
        json.writeStringField("outcome", name(result.outcome()));
        json.writeNumberField("seconds", TextReport.seconds(result.elapsed()));
        if (!result.details().isEmpty()) {
            json.writeStringField("details", result.details());
        }
        json.writeEndObject();
    }

    private static String name(Outcome outcome) {
        return outcome == Outcome.NOT_RUN ? "notRun" : outcome.toString();
    }
}
