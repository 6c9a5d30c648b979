package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The payload of AGENT-HELLO (section 2.2).
 *
 * @param version the version chosen
 * @param maxFrameSize the largest LENGTH that either side will send, unsigned
 * @param capabilities what the agent offers
 */
public record AgentHello(String version, long maxFrameSize, Set<Capability> capabilities) {
    private static final String VERSION = "version";
    private static final String MAX_FRAME_SIZE = "max-frame-size";
    private static final String CAPABILITIES = "capabilities";

    /**
     * What an engine finds in the payload before it judges it.
     *
     * @param version the value of {@code version}; null where the key is missing
     * @param maxFrameSize the value of {@code max-frame-size}, unsigned; null where the key is missing
     * @param capabilities those known; none where the key is missing
     */
    public record Found(@Nullable String version, @Nullable Long maxFrameSize, Set<Capability> capabilities) {}

    /**
     * Reads the payload as HAProxy's engines do, who insist on less than its health check and take a key that only
     * begins like one of the three for that one (section 2.3).
     *
     * @param in the payload
     * @return what it says
     * @throws ProtocolException with status 4 where a key is mistyped or malformed
     */
    public static Found find(ByteBuf in) {
        KvList list = KvList.readByPrefix(in, List.of(VERSION, MAX_FRAME_SIZE, CAPABILITIES));
        String capabilities = list.string(CAPABILITIES);
        return new Found(list.string(VERSION), list.integer(MAX_FRAME_SIZE),
                Capability.parse(capabilities == null ? "" : capabilities));
    }

    /**
     * Reads the payload and insists on all three keys, as HAProxy's health check does from 3.1 on.
     *
     * @param in the payload
     * @return what it says
     * @throws ProtocolException with status 5, 6 or 7 where a key is missing, 4 where one is mistyped or malformed, and
     *         8 for another version than 2.0
     */
    public static AgentHello read(ByteBuf in) {
        KvList list = KvList.read(in);
        String version = list.requiredString(VERSION, StatusCode.VERSION_NOT_FOUND);
        if (!Version.isSupported(version)) {
            throw new ProtocolException(StatusCode.UNSUPPORTED_VERSION, list.indexOf(VERSION), "expected " + VERSION
                    + " to be " + Version.SUPPORTED + ", but it is \"" + version + "\"");
        }
        return new AgentHello(version, list.requiredInteger(MAX_FRAME_SIZE, StatusCode.MAX_FRAME_SIZE_NOT_FOUND),
                Capability.parse(list.requiredString(CAPABILITIES, StatusCode.CAPABILITIES_NOT_FOUND)));
    }

    /**
     * Appends the payload.
     *
     * @param out where to
     */
    public void write(ByteBuf out) {
        KvList.write(out, VERSION, Value.of(version));
        KvList.write(out, MAX_FRAME_SIZE, new Value.Uint32(maxFrameSize));
        KvList.write(out, CAPABILITIES, Value.of(Capability.format(capabilities)));
    }
}
