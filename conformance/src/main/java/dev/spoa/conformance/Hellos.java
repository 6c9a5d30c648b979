package dev.spoa.conformance;

import static dev.spoa.engine.raw.PeerBytes.kv;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Value;

/** The HELLOs of both engines and of their health checks for any buffer (sections 1.5, 2.1 and 5.1). */
final class Hellos {
    /** What HAProxy has of its buffer left for a frame. */
    static final int DEFAULT_SIZE = PeerBytes.MAX_FRAME_SIZE;

    static final byte[] VERSIONS = kv("supported-versions", Value.of("2.0"));
    static final byte[] SIZE = size(DEFAULT_SIZE);
    static final byte[] PIPELINING = capabilities("pipelining");
    static final byte[] ENGINE_ID = kv("engine-id", Value.of(PeerBytes.ENGINE_ID));

    private static final byte[] HEALTHCHECK = kv("healthcheck", Value.TRUE);

    private Hellos() {}

    static byte[] size(long maxFrameSize) {
        return kv("max-frame-size", new Value.Uint32(maxFrameSize));
    }

    static byte[] capabilities(String list) {
        return kv("capabilities", Value.of(list));
    }

    /** HAProxy up to 3.0. */
    static byte[] legacy(long maxFrameSize) {
        return PeerBytes.hello(VERSIONS, size(maxFrameSize), capabilities("pipelining,async"), ENGINE_ID);
    }

    /** HAProxy from 3.1 on. */
    static byte[] mux(long maxFrameSize) {
        return PeerBytes.hello(VERSIONS, size(maxFrameSize), PIPELINING, ENGINE_ID);
    }

    /** With {@code no option pipelining}, and {@code no option async} before 3.1. */
    static byte[] serial() {
        return PeerBytes.hello(VERSIONS, SIZE, capabilities(""), ENGINE_ID);
    }

    /** The check of HAProxy up to 3.0, which says what its buffer takes. */
    static byte[] legacyCheck(long maxFrameSize) {
        return PeerBytes.hello(VERSIONS, size(maxFrameSize), capabilities(""), HEALTHCHECK);
    }

    /** The check of HAProxy from 3.1 on, the same for any buffer. */
    static byte[] muxCheck() {
        return legacyCheck(DEFAULT_SIZE);
    }
}
