package dev.spoa.conformance.broken;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Version;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an engine said in HELLO, and the answer (section 2).
 *
 * @param maxFrameSize the engine's, unsigned
 * @param pipelining whether it offered that
 * @param healthcheck whether the connection is only a health check
 */
record Greeting(long maxFrameSize, boolean pipelining, boolean healthcheck) {
    /** The agent's own largest frame. */
    static final int MAX_FRAME_SIZE = 1 << 20;
    private static final int CAP = 65_535;
    private static final List<String> KNOWN = List.of("supported-versions", "max-frame-size", "capabilities",
            "engine-id", "healthcheck");

    private record Pair(String key, Value value) {}

    static Greeting read(ByteBuf in, Fault fault) {
        List<Pair> pairs = new ArrayList<>();
        while (in.isReadable()) {
            int start = in.readerIndex();
            String key = WireString.read(in);
            if (key.isEmpty()) {
                throw new ProtocolException(StatusCode.INVALID_FRAME, start, "empty key");
            }
            pairs.add(new Pair(key, TypedData.read(in)));
        }
        if (fault == Fault.UNKNOWN_KEYS_REFUSED && pairs.stream().anyMatch(pair -> !KNOWN.contains(pair.key))) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "unknown key");
        }
        if (fault == Fault.KEY_ORDER_ASSUMED && !pairs.stream().map(Pair::key).limit(3).toList()
                .equals(KNOWN.subList(0, 3))) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "keys in another order");
        }
        String versions = text(find(pairs, "supported-versions", fault), StatusCode.VERSION_NOT_FOUND);
        boolean known = fault == Fault.VERSION_COMPARED_AS_TEXT ? versions.equals(Version.SUPPORTED)
                : Version.isOffered(versions) || fault == Fault.ANY_VERSION_ACCEPTED;
        if (!known) {
            throw new ProtocolException(StatusCode.UNSUPPORTED_VERSION, 0, "versions " + versions);
        }
        long size = size(find(pairs, "max-frame-size", fault), fault);
        String capabilities = text(find(pairs, "capabilities", fault), StatusCode.CAPABILITIES_NOT_FOUND);
        boolean pipelining = Set.of(capabilities.split(" *, *", -1)).contains("pipelining");
        boolean healthcheck = Value.TRUE.equals(find(pairs, "healthcheck", fault));
        if (fault == Fault.PIPELINING_REQUIRED && !pipelining) {
            throw new ProtocolException(StatusCode.CAPABILITIES_NOT_FOUND, 0, "no pipelining");
        }
        if (fault == Fault.ENGINE_ID_REQUIRED && find(pairs, "engine-id", fault) == null) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "no engine-id");
        }
        return new Greeting(size, pipelining, healthcheck);
    }

    private static @Nullable Value find(List<Pair> pairs, String key, Fault fault) {
        Value found = null;
        for (Pair pair : pairs) {
            boolean same = fault == Fault.KEYS_MATCHED_BY_PREFIX ? pair.key.startsWith(key) : pair.key.equals(key);
            found = same ? pair.value : found;
        }
        return found;
    }

    private static String text(@Nullable Value value, StatusCode ifMissing) {
        return switch (value) {
            case null -> throw new ProtocolException(ifMissing, 0, ifMissing.reason());
            case Value.Str string -> string.text();
            default -> throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "not a STRING: " + value);
        };
    }

    private static long size(@Nullable Value value, Fault fault) {
        long size = switch (value) {
            case null -> throw new ProtocolException(StatusCode.MAX_FRAME_SIZE_NOT_FOUND, 0, "no max-frame-size");
            case Value.Int32(long number) -> number;
            case Value.Uint32(long number) -> number;
            case Value.Int64(long number) -> number;
            case Value.Uint64(long number) -> number;
            default -> throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "not an integer: " + value);
        };
        boolean isTiny = Long.compareUnsigned(size, FrameHeader.MIN_MAX_FRAME_SIZE) < 0;
        boolean isAboveCap = Long.compareUnsigned(size, CAP) > 0;
        if ((isTiny && fault != Fault.TINY_FRAMES_ACCEPTED) || (isAboveCap && fault == Fault.OFFER_CAPPED_AT_64_KIB)) {
            throw new ProtocolException(StatusCode.BAD_MAX_FRAME_SIZE, 0, "max-frame-size " + size);
        }
        return Long.compareUnsigned(size, MAX_FRAME_SIZE) > 0 ? MAX_FRAME_SIZE : size;
    }

    /** Appends the payload of AGENT-HELLO. */
    void answer(ByteBuf out, Fault fault) {
        long size = healthcheck ? FrameHeader.MIN_MAX_FRAME_SIZE : maxFrameSize;
        StringBuilder capabilities = new StringBuilder(pipelining ? "pipelining,fragmentation" : "fragmentation");
        if (fault == Fault.ASYNC_ANNOUNCED) {
            capabilities.append(",async");
        }
        if (fault != Fault.HELLO_WITHOUT_VERSION) {
            pair(out, "version", Value.of(fault == Fault.HELLO_OF_VERSION_2_1 ? "2.1" : Version.SUPPORTED));
        }
        if (fault != Fault.HELLO_WITHOUT_SIZE) {
            pair(out, "max-frame-size", new Value.Uint32(fault == Fault.SIZE_ABOVE_THE_OFFER ? size + 1 : size));
        }
        if (fault != Fault.HELLO_WITHOUT_CAPABILITIES) {
            pair(out, "capabilities", Value.of(capabilities.toString()));
        }
    }

    private static void pair(ByteBuf out, String key, Value value) {
        WireString.write(out, key);
        TypedData.write(out, value);
    }
}
