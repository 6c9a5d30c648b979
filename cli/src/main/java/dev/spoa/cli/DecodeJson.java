package dev.spoa.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.spoa.cli.capture.Connection;
import dev.spoa.cli.capture.TcpTracker.End;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameText;
import dev.spoa.protocol.wire.FrameText.Fault;
import dev.spoa.protocol.wire.FrameText.Item;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells programs: JSON lines, one object on each line, whose {@code event} says what it is. Ids are strings, because they
 * have 64 bits and JSON's readers often only 53.
 */
final class DecodeJson implements DecodeReport {
    private final PrintWriter out;

    DecodeJson(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void frame(@Nullable Origin origin, long offset, FrameText frame, OptionalLong waited) {
        event("frame", origin, json -> {
            json.writeNumberField("offset", offset);
            json.writeNumberField("size", frame.size());
            json.writeNumberField("length", frame.length());
            json.writeNumberField("type", frame.type());
            json.writeStringField("name", frame.name());
            FrameHeader header = frame.header();
            if (header != null) {
                json.writeNumberField("flags", Integer.toUnsignedLong(header.flags()));
                json.writeStringField("streamId", Long.toUnsignedString(header.streamId()));
                json.writeStringField("frameId", Long.toUnsignedString(header.frameId()));
            }
            if (waited.isPresent()) {
                json.writeNumberField("nanosAfterNotify", waited.getAsLong());
            }
            json.writeArrayFieldStart("items");
            for (Item item : frame.items()) {
                item(json, item);
            }
            json.writeEndArray();
            json.writeNumberField("omitted", frame.omitted());
            json.writeArrayFieldStart("notes");
            for (String note : frame.notes()) {
                json.writeString(note);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("faults");
            for (Fault fault : frame.faults()) {
                json.writeStartObject();
                json.writeNumberField("offset", fault.offset());
                json.writeNumberField("inputOffset", offset + fault.offset());
                json.writeNumberField("status", fault.status().code());
                json.writeStringField("message", fault.message());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void item(JsonGenerator json, Item item) throws IOException {
        json.writeStartObject();
        json.writeNumberField("offset", item.offset());
        json.writeNumberField("size", item.size());
        json.writeStringField("kind", item.kind().label());
        json.writeStringField("hex", item.hex());
        if (!item.name().isEmpty()) {
            json.writeStringField("name", item.name());
        }
        if (!item.type().isEmpty()) {
            json.writeStringField("type", item.type());
        }
        json.writeStringField("value", item.value());
        json.writeEndObject();
    }

    @Override
    public void skipped(@Nullable Origin origin, long offset, long bytes, String why) {
        event("skipped", origin, json -> {
            json.writeNumberField("offset", offset);
            json.writeNumberField("bytes", bytes);
            json.writeStringField("why", why);
        });
    }

    @Override
    public void gap(Origin origin, long bytes) {
        event("gap", origin, json -> json.writeNumberField("bytes", bytes));
    }

    @Override
    public void passedOver(Connection connection, Origin origin, long bytes) {
        event("not-spop", origin, json -> json.writeNumberField("bytes", bytes));
    }

    @Override
    public void closed(Connection connection, Origin origin, End how, long frames, long pending) {
        event("closed", origin, json -> {
            json.writeStringField("how", how.name().toLowerCase(Locale.ROOT));
            json.writeNumberField("frames", frames);
            json.writeNumberField("unanswered", pending);
        });
    }

    @Override
    public void message(String message) {
        event("message", null, json -> json.writeStringField("message", message));
    }

    @Override
    public void summary(long frames, long malformed) {
        event("summary", null, json -> {
            json.writeNumberField("frames", frames);
            json.writeNumberField("malformed", malformed);
        });
    }

    private void event(String name, @Nullable Origin origin, Json.Fields body) {
        try {
            Json.object(out, json -> {
                json.writeStringField("event", name);
                if (origin != null) {
                    json.writeNumberField("connection", origin.connection());
                    json.writeStringField("from", origin.from());
                    json.writeStringField("to", origin.to());
                    json.writeStringField("time", origin.time());
                    json.writeNumberField("packet", origin.packet());
                    json.writeNumberField("fileOffset", origin.fileOffset());
                }
                body.write(json);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write JSON", e);
        }
    }
}
