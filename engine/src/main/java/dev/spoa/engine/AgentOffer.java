package dev.spoa.engine;

import java.util.Set;

/**
 * What an agent said in its AGENT-HELLO (section 2.2).
 *
 * @param version the version of SPOP
 * @param maxFrameSize the largest LENGTH that either side may send from now on, in bytes
 * @param capabilities {@code pipelining}, {@code async}, {@code fragmentation}: those known that it announced
 */
public record AgentOffer(String version, long maxFrameSize, Set<String> capabilities) {
    /** Takes a copy of the capabilities. */
    public AgentOffer {
        capabilities = Set.copyOf(capabilities);
    }
}
