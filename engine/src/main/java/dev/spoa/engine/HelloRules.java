package dev.spoa.engine;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.Version;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.stream.Collectors;

/** What HAProxy's engines accept as an AGENT-HELLO, and with which status they refuse it (section 2.3). */
final class HelloRules {
    private HelloRules() {}

    /**
     * Reads the payload of an AGENT-HELLO.
     *
     * @throws ProtocolException with the status with which the engine refuses it
     */
    static AgentOffer read(EngineProfile profile, long ownMaxFrameSize, ByteBuf payload) {
        int start = payload.readerIndex();
        AgentHello.Found found = AgentHello.find(payload);
        String version = found.version();
        if (version == null) {
            throw new ProtocolException(StatusCode.VERSION_NOT_FOUND, start, "expected the key version, but there is"
                    + " none");
        }
        if (!Version.isSupported(version)) {
            StatusCode status = profile == EngineProfile.MUX && !Version.isVersion(version)
                    ? StatusCode.INVALID_FRAME
                    : StatusCode.UNSUPPORTED_VERSION;
            throw new ProtocolException(status, start, "expected version to be " + Version.SUPPORTED
                    + ", but it is \"" + version + "\"");
        }
        return new AgentOffer(version, size(profile, ownMaxFrameSize, found, start), found.capabilities().stream()
                .map(HelloRules::token).collect(Collectors.toSet()));
    }

    private static long size(EngineProfile profile, long own, AgentHello.Found found, int start) {
        Long size = found.maxFrameSize();
        if (size == null) {
            if (profile == EngineProfile.MUX) {
                return own;
            }
            throw new ProtocolException(StatusCode.MAX_FRAME_SIZE_NOT_FOUND, start,
                    "expected the key max-frame-size, but there is none");
        }
        if (Long.compareUnsigned(size, FrameHeader.MIN_MAX_FRAME_SIZE) < 0 || Long.compareUnsigned(size, own) > 0) {
            throw new ProtocolException(StatusCode.BAD_MAX_FRAME_SIZE, start, "expected max-frame-size to be "
                    + FrameHeader.MIN_MAX_FRAME_SIZE + " to " + own + ", but it is " + Long.toUnsignedString(size));
        }
        return size;
    }

    /** A capability as it is written in a HELLO. */
    static String token(Capability capability) {
        return capability.name().toLowerCase(Locale.ROOT);
    }
}
