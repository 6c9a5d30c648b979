package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Version;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An AGENT-HELLO byte by byte, as strictly as the strictest reader of section 2.3 or 5.1 takes it. */
final class AgentHelloForm {
    private static final List<String> KEYS = List.of("version", "max-frame-size", "capabilities");

    private final Peer.Frame frame;
    private final long offered;
    private final Map<String, Value> values = new HashMap<>();

    private AgentHelloForm(Peer.Frame frame, long offered) {
        this.frame = frame;
        this.offered = offered;
    }

    /**
     * Checks everything that an engine checks.
     *
     * @param offered the max-frame-size of the HELLO
     * @return what it says
     */
    static AgentHelloForm require(Peer.Frame frame, long offered) {
        AgentHelloForm form = new AgentHelloForm(frame, offered);
        form.requireHeader();
        form.readPairs();
        form.requireValues();
        return form;
    }

    /** What HAProxy 3.1 and later want in a check: the three keys and nothing else. */
    void requireNothingElse() {
        Set<String> others = new TreeSet<>(values.keySet());
        others.removeAll(KEYS);
        if (!others.isEmpty()) {
            throw failure("the keys version, max-frame-size and capabilities only", "also " + others);
        }
    }

    long maxFrameSize() {
        return integer("max-frame-size");
    }

    Set<Capability> capabilities() {
        return Capability.parse(string("capabilities"));
    }

    private void requireHeader() {
        FrameHeader expected = new FrameHeader(FrameType.AGENT_HELLO.code(), FrameHeader.FIN, 0, 0);
        if (!frame.header().equals(expected)) {
            throw failure("type 101, flags 00000001, stream-id 0 and frame-id 0",
                    "type %d, flags %08x, stream-id %s and frame-id %s".formatted(frame.header().type(),
                            frame.header().flags(), Long.toUnsignedString(frame.header().streamId()),
                            Long.toUnsignedString(frame.header().frameId())));
        }
    }

    private void readPairs() {
        ByteBuf in = frame.payload();
        try {
            while (in.isReadable()) {
                readPair(in);
            }
        } catch (ProtocolException e) {
            throw failure("keys and values up to the end", e.getMessage() + " at byte " + e.index());
        }
    }

    private void readPair(ByteBuf in) {
        int start = in.readerIndex();
        String key = WireString.read(in);
        for (String known : KEYS) {
            if (key.startsWith(known) && !key.equals(known)) {
                throw failure("no key that begins with " + known + ", for an engine takes it for that one",
                        "\"" + key + "\" at byte " + start);
            }
        }
        int index = in.readerIndex();
        Value value = TypedData.read(in);
        int flags = in.getUnsignedByte(index) >> 4;
        if (key.isEmpty()) {
            throw failure("keys that are not empty", "an empty one at byte " + start);
        }
        if (flags != 0 && !(value instanceof Value.Bool)) {
            throw failure("a value without flags", "%02x at byte %d".formatted(in.getUnsignedByte(index), index));
        }
        if (values.put(key, value) != null) {
            throw failure("each key once", "\"" + key + "\" again at byte " + start);
        }
    }

    private void requireValues() {
        if (!string("version").equals(Version.SUPPORTED)) {
            throw failure("version \"2.0\"", "\"" + string("version") + "\"");
        }
        long size = maxFrameSize();
        if (size < FrameHeader.MIN_MAX_FRAME_SIZE || size > offered) {
            throw failure("a max-frame-size from " + FrameHeader.MIN_MAX_FRAME_SIZE + " to the " + offered
                    + " that were offered", Long.toUnsignedString(size));
        }
        string("capabilities");
    }

    private String string(String key) {
        if (values.get(key) instanceof Value.Str string) {
            return string.text();
        }
        throw failure("the key " + key + " with a STRING", came(key));
    }

    private long integer(String key) {
        return switch (values.get(key)) {
            case Value.Int32 integer -> integer.value();
            case Value.Uint32 integer -> integer.value();
            case Value.Int64 integer -> integer.value();
            case Value.Uint64 integer -> integer.value();
            case null, default -> throw failure("the key " + key + " with an integer", came(key));
        };
    }

    private String came(String key) {
        Value value = values.get(key);
        return value == null ? "no such key" : value.type() + " " + value;
    }

    private AssertionError failure(String expected, String came) {
        return new AssertionError("AGENT-HELLO: expected " + expected + ", but there came " + came + " in " + frame);
    }
}
