package dev.spoa.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON read back: objects are maps, arrays lists, numbers doubles. */
public final class JsonText {
    private JsonText() {}

    /** Reads one value, behind which there must be no other. */
    public static @Nullable Object parse(String text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new IOException("expected the end, but there came " + parser.currentToken());
            }
            return value;
        }
    }

    /** A value inside of objects. */
    public static @Nullable Object at(String text, String... path) throws IOException {
        Object value = parse(text);
        for (String key : path) {
            Map<?, ?> object = (Map<?, ?>) value;
            if (!object.containsKey(key)) {
                throw new IOException("expected " + key + " in " + object.keySet());
            }
            value = object.get(key);
        }
        return value;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_NULL -> null;
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            default -> parser.getDoubleValue();
        };
    }
}
