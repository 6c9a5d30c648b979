package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The payload of HAPROXY-HELLO (section 2.1).
 *
 * @param supportedVersions versions between commas
 * @param maxFrameSize the largest LENGTH that the engine takes, unsigned
 * @param capabilities what the engine offers
 * @param engineId the engine's UUID; null in health checks
 * @param healthcheck whether the connection is only a health check (section 5.1)
 */
public record HaproxyHello(String supportedVersions, long maxFrameSize, Set<Capability> capabilities,
        @Nullable String engineId, boolean healthcheck) {
    private static final String SUPPORTED_VERSIONS = "supported-versions";
    private static final String MAX_FRAME_SIZE = "max-frame-size";
    private static final String CAPABILITIES = "capabilities";
    private static final String ENGINE_ID = "engine-id";
    private static final String HEALTHCHECK = "healthcheck";

    /**
     * Reads the payload and checks what an agent has to insist on.
     *
     * @param in the payload
     * @return what it says
     * @throws ProtocolException with status 5, 6 or 7 where a key is missing, 4 where one is mistyped or malformed, 8
     *         where version 2.0 is not offered and 9 for a size below 256
     */
    public static HaproxyHello read(ByteBuf in) {
        KvList list = KvList.read(in);
        String versions = list.requiredString(SUPPORTED_VERSIONS, StatusCode.VERSION_NOT_FOUND);
        if (!Version.isOffered(versions)) {
            throw new ProtocolException(StatusCode.UNSUPPORTED_VERSION, list.indexOf(SUPPORTED_VERSIONS),
                    "expected " + SUPPORTED_VERSIONS + " to have " + Version.SUPPORTED + ", but it is \"" + versions
                            + "\"");
        }
        long size = list.requiredInteger(MAX_FRAME_SIZE, StatusCode.MAX_FRAME_SIZE_NOT_FOUND);
        if (Long.compareUnsigned(size, FrameHeader.MIN_MAX_FRAME_SIZE) < 0) {
            throw new ProtocolException(StatusCode.BAD_MAX_FRAME_SIZE, list.indexOf(MAX_FRAME_SIZE), "expected "
                    + MAX_FRAME_SIZE + " to be " + FrameHeader.MIN_MAX_FRAME_SIZE + " or more, but it is "
                    + Long.toUnsignedString(size));
        }
        String capabilities = list.requiredString(CAPABILITIES, StatusCode.CAPABILITIES_NOT_FOUND);
        return new HaproxyHello(versions, size, Capability.parse(capabilities), list.string(ENGINE_ID),
                list.flag(HEALTHCHECK));
    }

    /**
     * Appends the payload in HAProxy's own order.
     *
     * @param out where to
     */
    public void write(ByteBuf out) {
        KvList.write(out, SUPPORTED_VERSIONS, Value.of(supportedVersions));
        KvList.write(out, MAX_FRAME_SIZE, new Value.Uint32(maxFrameSize));
        KvList.write(out, CAPABILITIES, Value.of(Capability.format(capabilities)));
        if (engineId != null) {
            KvList.write(out, ENGINE_ID, Value.of(engineId));
        }
        if (healthcheck) {
            KvList.write(out, HEALTHCHECK, Value.TRUE);
        }
    }
}
