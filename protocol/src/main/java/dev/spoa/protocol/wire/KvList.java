package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * KV-LIST (section 1.4), the payload of HELLO and DISCONNECT: pairs of a key and typed data up to the end of the frame,
 * in any order. Keys that nobody asks for are of no consequence. Of a key that comes twice the last counts.
 */
final class KvList {
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final int start;

    private record Entry(int index, Value value) {}

    private KvList(int start) {
        this.start = start;
    }

    static KvList read(ByteBuf in) {
        return read(in, key -> key);
    }

    /** Takes a key that begins with one of these for that one, as HAProxy's engines do (section 2.3). */
    static KvList readByPrefix(ByteBuf in, List<String> keys) {
        return read(in, key -> keys.stream().filter(key::startsWith).findFirst().orElse(key));
    }

    private static KvList read(ByteBuf in, UnaryOperator<String> name) {
        KvList list = new KvList(in.readerIndex());
        while (in.isReadable()) {
            int start = in.readerIndex();
            String key = WireString.read(in);
            if (key.isEmpty()) {
                throw new ProtocolException(StatusCode.INVALID_FRAME, start,
                        "an empty key in a list of keys and values");
            }
            int index = in.readerIndex();
            list.entries.put(name.apply(key), new Entry(index, TypedData.read(in)));
        }
        return list;
    }

    static void write(ByteBuf out, String key, Value value) {
        WireString.write(out, key);
        TypedData.write(out, value);
    }

    @Nullable
    String string(String key) {
        Entry entry = entries.get(key);
        return switch (entry == null ? null : entry.value) {
            case null -> null;
            case Value.Str string -> string.text();
            case Value other -> throw mistyped(key, "STRING");
        };
    }

    /** The four integer types are the same here, as they are to HAProxy (section 2.3). */
    @Nullable
    Long integer(String key) {
        Entry entry = entries.get(key);
        return switch (entry == null ? null : entry.value) {
            case null -> null;
            case Value.Int32 integer -> integer.value();
            case Value.Uint32 integer -> integer.value();
            case Value.Int64 integer -> integer.value();
            case Value.Uint64 integer -> integer.value();
            case Value other -> throw mistyped(key, "an integer");
        };
    }

    boolean flag(String key) {
        Entry entry = entries.get(key);
        return switch (entry == null ? null : entry.value) {
            case null -> false;
            case Value.Bool bool -> bool.value();
            case Value other -> throw mistyped(key, "BOOL");
        };
    }

    String requiredString(String key, StatusCode ifMissing) {
        String value = string(key);
        if (value == null) {
            throw missing(key, ifMissing);
        }
        return value;
    }

    long requiredInteger(String key, StatusCode ifMissing) {
        Long value = integer(key);
        if (value == null) {
            throw missing(key, ifMissing);
        }
        return value;
    }

    /** The position of a key's value, for errors about what it says. */
    int indexOf(String key) {
        Entry entry = entries.get(key);
        return entry == null ? start : entry.index;
    }

    private ProtocolException missing(String key, StatusCode status) {
        return new ProtocolException(status, start, "expected the key " + key + ", but only " + entries.keySet()
                + " came");
    }

    private ProtocolException mistyped(String key, String expected) {
        Entry entry = entries.get(key);
        return new ProtocolException(StatusCode.INVALID_FRAME, indexOf(key), "expected " + key + " to be " + expected
                + ", but it came as " + (entry == null ? "nothing" : entry.value.type()));
    }
}
