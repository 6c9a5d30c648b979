package dev.spoa.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.spoa.protocol.AgentAddress;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results as JSON for programs. Latencies are in microseconds; what is not known is null. */
public final class JsonReport {
    private static final double PERCENT = 100;

    private JsonReport() {}

    /**
     * Writes one run.
     *
     * @param out where to; not closed
     * @param result how it went
     * @throws IOException if it cannot be written
     */
    public static void write(Writer out, LoadResult result) throws IOException {
        try (JsonGenerator json = generator(out)) {
            result(json, result);
        }
    }

    /**
     * Writes two agents.
     *
     * @param out where to; not closed
     * @param comparison how it went
     * @throws IOException if it cannot be written
     */
    public static void write(Writer out, Comparison comparison) throws IOException {
        try (JsonGenerator json = generator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("pairs");
            for (Comparison.Pair pair : comparison.pairs()) {
                json.writeStartObject();
                json.writeFieldName("a");
                result(json, pair.first());
                json.writeFieldName("b");
                result(json, pair.second());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectFieldStart("ratios");
            for (Ratio ratio : comparison.ratios()) {
                ratio(json, ratio);
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static JsonGenerator generator(Writer out) throws IOException {
        return new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET).createGenerator(out)
                .setPrettyPrinter(new DefaultPrettyPrinter());
    }

    private static void ratio(JsonGenerator json, Ratio ratio) throws IOException {
        json.writeObjectFieldStart(ratio.figure());
        number(json, "median", ratio.median());
        number(json, "min", ratio.min());
        number(json, "max", ratio.max());
        json.writeArrayFieldStart("pairs");
        for (double value : ratio.pairs()) {
            number(json, value);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void result(JsonGenerator json, LoadResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", AgentAddress.format(result.address()));
        plan(json, result);
        json.writeNumberField("acks", result.acks());
        number(json, "rate", result.rate());
        json.writeNumberField("unsent", result.unsent());
        errors(json, result);
        json.writeObjectFieldStart("latency_us");
        number(json, "min", result.micros(0));
        number(json, "mean", result.latencies().getTotalCount() == 0 ? 0 : result.latencies().getMean() / 1e3);
        for (double percentile : List.of(50.0, 90.0, 99.0, 99.9, 99.99)) {
            number(json, "p" + (percentile % 1 == 0 ? String.valueOf((int) percentile) : String.valueOf(percentile)),
                    result.micros(percentile));
        }
        number(json, "max", result.micros(PERCENT));
        json.writeNumberField("count", result.latencies().getTotalCount());
        json.writeEndObject();
        json.writeObjectFieldStart("bytes");
        json.writeNumberField("sent", result.traffic().sent());
        json.writeNumberField("received", result.traffic().received());
        json.writeEndObject();
        json.writeObjectFieldStart("cpu");
        number(json, "agent_us_per_ack", result.agent().map(Cpu::micros).orElse(Double.NaN));
        number(json, "agent_cores", result.agent().map(Cpu::cores).orElse(Double.NaN));
        number(json, "generator_us_per_ack", result.own().micros());
        number(json, "generator_cores", result.own().cores());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void plan(JsonGenerator json, LoadResult result) throws IOException {
        LoadPlan plan = result.plan();
        json.writeObjectFieldStart("load");
        json.writeStringField("loop", plan.isOpenLoop() ? "open" : "closed");
        number(json, "rate", plan.isOpenLoop() ? plan.rate() : Double.NaN);
        json.writeStringField("profile", plan.profile().name().toLowerCase(Locale.ROOT));
        json.writeStringField("payload", plan.payload().name());
        json.writeNumberField("connections", plan.connections());
        json.writeNumberField("in_flight", result.window());
        json.writeNumberField("threads", plan.threads());
        number(json, "warmup_s", plan.warmup().toNanos() / 1e9);
        number(json, "duration_s", plan.duration().toNanos() / 1e9);
        number(json, "timeout_s", plan.timeout().toNanos() / 1e9);
        json.writeNumberField("max_frame_size", plan.maxFrameSize());
        json.writeNumberField("seed", plan.seed());
        json.writeEndObject();
    }

    private static void errors(JsonGenerator json, LoadResult result) throws IOException {
        json.writeObjectFieldStart("errors");
        json.writeNumberField("total", result.errorTotal());
        json.writeObjectFieldStart("kinds");
        for (Map.Entry<String, ErrorCount> kind : result.errors().entrySet()) {
            json.writeObjectFieldStart(kind.getKey());
            json.writeNumberField("number", kind.getValue().number());
            json.writeStringField("first", kind.getValue().first());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeObjectFieldStart("connections");
        json.writeNumberField("lost", result.lost());
        json.writeNumberField("reopened", result.reopened());
        json.writeNumberField("not_reopened", result.notReopened());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        number(json, value);
    }

    /** Three decimals; JSON has no NaN. */
    private static void number(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(Math.round(value * 1e3) / 1e3);
        } else {
            json.writeNull();
        }
    }
}
