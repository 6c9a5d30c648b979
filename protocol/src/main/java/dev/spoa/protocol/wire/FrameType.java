package dev.spoa.protocol.wire;

import java.util.Optional;

/** The frames of SPOP (section 1.1). */
public enum FrameType {
    /** A continuation of a fragmented NOTIFY; HAProxy up to 3.0 only (section 3.4). */
    UNSET(0),
    /** The engine's first frame (section 2.1). */
    HAPROXY_HELLO(1),
    /** The engine ends the connection (section 4). */
    HAPROXY_DISCONNECT(2),
    /** Messages to handle (section 3). */
    NOTIFY(3),
    /** The agent's answer to HAPROXY-HELLO (section 2.2). */
    AGENT_HELLO(101),
    /** The agent ends the connection (section 4). */
    AGENT_DISCONNECT(102),
    /** The agent's answer to one NOTIFY (section 3.6). */
    ACK(103);

    private static final FrameType[] TYPES = values();

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /**
     * The type's byte on the wire.
     *
     * @return 0 to 3 from the engine, 101 to 103 from the agent
     */
    public int code() {
        return code;
    }

    /**
     * The type with a code.
     *
     * @param code the byte on the wire, unsigned
     * @return the type, empty where SPOP defines none with that code
     */
    public static Optional<FrameType> ofCode(int code) {
        for (FrameType type : TYPES) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
