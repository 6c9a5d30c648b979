package dev.spoa.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.spoa.conformance.Case;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The cases themselves, without a run. */
final class CaseListing {
    private CaseListing() {}

    static void write(List<Case> cases, PrintWriter out, boolean json) throws IOException {
        if (json) {
            writeJson(cases, out);
        } else {
            for (Case one : cases) {
                out.printf("%-15s %-6s %-12s %s%s%n", one.id(), level(one), one.section(), one.title(),
                        one.isTestable() ? "" : " [cannot be tested from outside]");
            }
        }
        out.flush();
    }

    private static void writeJson(List<Case> cases, PrintWriter out) throws IOException {
        JsonFactory factory = JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (Case one : cases) {
                json.writeStartObject();
                json.writeStringField("id", one.id());
                json.writeStringField("level", level(one));
                json.writeStringField("section", one.section());
                json.writeStringField("title", one.title());
                json.writeBooleanField("testable", one.isTestable());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        out.println();
    }

    private static String level(Case one) {
        return one.level().name().toLowerCase(Locale.ROOT);
    }
}
