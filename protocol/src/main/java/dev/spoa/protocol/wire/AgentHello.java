package dev.spoa.protocol.wire;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.Set;

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
