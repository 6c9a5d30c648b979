package dev.spoa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spoa explain}: what a code of SPOP or of HAProxy's log means, and what to do about it. */
@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Says what a status code of SPOP or an st= value of HAProxy's log means, and what to do about it.",
            "The variable of HAProxy's \"option set-on-error\" has the same values as st=."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the code is known", "2:it is not"},
        footerHeading = "%nExamples:%n",
        footer = {"  spoa explain 266", "  spoa explain st=4", "  spoa explain status 4",
            "  spoa explain frame is too big",
            "  spoa explain 'SPOE: [waf] <EVENT:on-frontend-http-request> sid=7 st=1 500 1/9'"})
final class ExplainCommand implements Callable<Integer> {
    private static final int WIDTH = 96;
    private static final String FAIL_OPEN =
            "HAProxy went on without the agent. Unless \"option set-on-error\" is set and a"
                    + " rule tests its variable, the request passed unchecked; without \"option continue-on-error\" the later"
                    + " events of the transaction are skipped, too.";

    @Spec private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "CODE",
            description = "A number, st=NUMBER, status=NUMBER, the name of a status, or a line of HAProxy's log."
                    + " Without it, all codes are listed.") private List<String> words = List.of();

    @Option(names = "--json", description = "One JSON document.") private boolean isJson;

    @Override
    public Integer call() throws IOException {
        Map<String, Explanation> all = Explanation.all();
        PrintWriter out = CommandOutput.of(spec);
        if (words.isEmpty()) {
            if (isJson) {
                Json.object(out, json -> {
                    json.writeArrayFieldStart("codes");
                    for (Explanation each : all.values()) {
                        json.writeStartObject();
                        write(json, each);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
            } else {
                list(out, all);
            }
            out.flush();
            return ExitCode.OK;
        }
        String text = String.join(" ", words);
        Optional<CodeQuery> query = CodeQuery.parse(text, all);
        if (query.isEmpty()) {
            PrintWriter err = known().commandLine().getErr();
            err.println("unknown code: " + shown(text));
            err.println(
                    "Expected a status of a DISCONNECT (0 to 13, 99, or an agent's own), an st= value of HAProxy's log"
                            + " (0 to 5, 255, or 256 plus a status), the name of a status, or a log line with st= in it."
                            + " \"spoa explain\" lists them.");
            err.flush();
            return ExitCode.USAGE;
        }
        if (isJson) {
            Json.object(out, json -> write(json, query.get()));
        } else {
            print(out, query.get());
        }
        out.flush();
        return ExitCode.OK;
    }

    private static String shown(String text) {
        String safe = text.replaceAll("[^ -~]", "?");
        return safe.length() > 100 ? safe.substring(0, 100) + "..." : safe;
    }

    private static void list(PrintWriter out, Map<String, Explanation> all) {
        out.println("status-code of a DISCONNECT frame");
        all.values().stream().filter(each -> each.code().startsWith("status ")).forEach(each -> out.println(
                row(each.code().substring("status ".length()), each.name())));
        out.println();
        out.println("st= of HAProxy's log, and the variable of \"option set-on-error\"");
        all.values().stream().filter(each -> each.code().startsWith("st ")).forEach(each -> out.println(
                row(each.code().substring("st ".length()), each.name())));
        out.println();
        out.println("\"spoa explain CODE\" says more about each.");
    }

    private static String row(String code, String name) {
        return "  " + " ".repeat(Math.max(0, 7 - code.length())) + code + "  " + name;
    }

    private static void print(PrintWriter out, CodeQuery query) {
        query.logLine().ifPresent(line -> out.println("HAProxy " + (line.isOld() ? "up to 3.0" : "3.1 or later")
                + ", agent " + shown(line.agent()) + ", " + shown(line.event()) + ", " + line.milliseconds()
                + " ms\n"));
        if (query.readings().size() > 1) {
            out.println("This number has two meanings: in a DISCONNECT frame, and in HAProxy's log.\n");
        }
        String between = "";
        for (CodeQuery.Reading reading : query.readings()) {
            out.print(between);
            print(out, reading, query.logLine());
            between = "\n";
        }
    }

    private static void print(PrintWriter out, CodeQuery.Reading reading, Optional<CodeQuery.LogLine> line) {
        Explanation known = reading.explanation();
        out.println(reading.title());
        paragraph(out, "  ", known.what());
        reading.status().ifPresent(status -> paragraph(out, "  ", reading.number() + " is 256 + " + status.number()
                + ", and status " + status.number() + " is: " + status.explanation().name() + ". "
                + status.explanation().what()));
        if (line.isEmpty() || line.get().isOld()) {
            labelled(out, "up to 3.0", known.old());
        }
        if (line.isEmpty() || !line.get().isOld()) {
            labelled(out, "from 3.1", known.recent());
        }
        listed(out, "Likely causes", known.causes());
        listed(out, "What to do", known.actions());
        if (reading.kind().equals("st") && reading.number() != 0) {
            paragraph(out, "  ", FAIL_OPEN);
        }
    }

    private static void labelled(PrintWriter out, String label, String text) {
        if (!text.isEmpty()) {
            paragraph(out, "  ", label + ": " + text);
        }
    }

    private static void listed(PrintWriter out, String label, List<String> texts) {
        if (!texts.isEmpty()) {
            out.println("  " + label + ":");
            texts.forEach(text -> paragraph(out, "    - ", text));
        }
    }

    /** Prints a text in lines that fit a terminal, the ones after the first below its text. */
    private static void paragraph(PrintWriter out, String indent, String text) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line = new StringBuilder(" ".repeat(indent.length()));
            }
            if (line.length() > indent.length()) {
                line.append(' ');
            }
            line.append(word);
        }
        out.println(line);
    }

    private static void write(JsonGenerator json, CodeQuery query) throws IOException {
        if (query.logLine().isPresent()) {
            CodeQuery.LogLine line = query.logLine().get();
            json.writeObjectFieldStart("logLine");
            json.writeStringField("agent", line.agent());
            json.writeStringField("event", line.event());
            json.writeStringField("haproxy", line.isOld() ? "up to 3.0" : "3.1 or later");
            json.writeNumberField("milliseconds", Long.parseLong(line.milliseconds()));
            json.writeEndObject();
        }
        json.writeArrayFieldStart("readings");
        for (CodeQuery.Reading reading : query.readings()) {
            write(json, reading);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, CodeQuery.Reading reading) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", reading.kind());
        json.writeNumberField("number", reading.number());
        write(json, reading.explanation());
        if (reading.status().isPresent()) {
            json.writeFieldName("status");
            write(json, reading.status().get());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Explanation known) throws IOException {
        json.writeStringField("code", known.code());
        json.writeStringField("name", known.name());
        json.writeStringField("what", known.what());
        json.writeStringField("upTo30", known.old());
        json.writeStringField("from31", known.recent());
        writeAll(json, "causes", known.causes());
        writeAll(json, "do", known.actions());
    }

    private static void writeAll(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private CommandSpec known() {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return known;
    }
}
