package dev.spoa.protocol.wire;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What a side can do beyond one NOTIFY at a time (sections 2.1 to 2.3). Declared in the order that HAProxy writes. */
public enum Capability {
    /** Several NOTIFYs in flight on one connection, answered in any order. */
    PIPELINING("pipelining"),
    /** An ACK may come on another connection of the same engine-id. HAProxy up to 3.0 only; this project never says it. */
    ASYNC("async"),
    /** The agent takes fragmented NOTIFYs, which only HAProxy up to 3.0 sends. */
    FRAGMENTATION("fragmentation");

    private final String token;

    Capability(String token) {
        this.token = token;
    }

    /**
     * Reads a list as HAProxy does: split at commas, blanks around a token skipped, unknown tokens ignored.
     *
     * @param list the value of {@code capabilities}
     * @return the ones that are known
     */
    public static Set<Capability> parse(String list) {
        Set<Capability> found = EnumSet.noneOf(Capability.class);
        for (String token : list.split(",", -1)) {
            for (Capability capability : values()) {
                if (capability.token.equals(token.strip())) {
                    found.add(capability);
                }
            }
        }
        return found;
    }

    /**
     * Writes a list.
     *
     * @param capabilities what to announce
     * @return the value of {@code capabilities}, in this enum's order
     */
    public static String format(Collection<Capability> capabilities) {
        return capabilities.stream().sorted().map(capability -> capability.token).collect(Collectors.joining(","));
    }
}
