package dev.spoa.agent;

import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.HaproxyHello;
import dev.spoa.protocol.wire.Version;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a connection agrees on (section 2).
 *
 * @param maxFrameSize the largest LENGTH that is accepted
 * @param maxAckSize the largest LENGTH of an ACK
 * @param answer what the engine is told
 */
record Negotiation(int maxFrameSize, int maxAckSize, AgentHello answer) {
    /** What goes into an AGENT-HELLO and fits every checker's buffer (section 5.1). */
    private static final int HEALTH_CHECK_FRAME_SIZE = FrameHeader.MIN_MAX_FRAME_SIZE;

    static Negotiation of(HaproxyHello hello, AgentContext agent) {
        int size = hello.healthcheck() ? HEALTH_CHECK_FRAME_SIZE : smaller(hello.maxFrameSize(), agent.limits);
        boolean oldEngine = hello.capabilities().contains(Capability.ASYNC);
        // the new engine stalls when an ACK fills its buffer to the last byte (section 13)
        int ackSize = oldEngine ? size : size - 1;
        return new Negotiation(size, ackSize,
                new AgentHello(Version.SUPPORTED, size, capabilities(hello, oldEngine, agent)));
    }

    private static int smaller(long offered, Limits limits) {
        return Long.compareUnsigned(offered, limits.frameSize()) < 0 ? (int) offered : limits.frameSize();
    }

    /** {@code async} is never among them. A health check asks for none. */
    private static Set<Capability> capabilities(HaproxyHello hello, boolean oldEngine, AgentContext agent) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        boolean wanted = switch (agent.pipelining) {
            case ALWAYS -> true;
            case OLD_ENGINE -> oldEngine;
            case NEVER -> false;
        };
        if (wanted && hello.capabilities().contains(Capability.PIPELINING)) {
            capabilities.add(Capability.PIPELINING);
        }
        if (agent.limits.reassembledSize() > 0 && !hello.healthcheck()) {
            capabilities.add(Capability.FRAGMENTATION);
        }
        return capabilities;
    }
}
