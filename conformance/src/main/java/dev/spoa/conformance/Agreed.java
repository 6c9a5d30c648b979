package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Capability;
import java.util.Set;

/** A connection with its HELLO done, and what the agent has announced on it. */
record Agreed(Peer peer, AgentHello hello) {
    /** What HAProxy keeps in flight on one connection where it may. */
    private static final int WINDOW = 20;

    static Agreed mux(Target target) {
        return of(target, Peer.muxHello());
    }

    static Agreed legacy(Target target) {
        return of(target, Peer.legacyHello());
    }

    static Agreed of(Target target, byte[] hello) {
        Peer peer = target.connect().send(hello);
        return new Agreed(peer, peer.readHello());
    }

    boolean has(Capability capability) {
        return hello.capabilities().contains(capability);
    }

    /** Ends the case as not run where the agent has not announced something. */
    Agreed needs(Capability capability) {
        if (!has(capability)) {
            throw new NotRunException("the agent does not announce " + Capability.format(Set.of(capability)));
        }
        return this;
    }

    /** How many NOTIFYs may be in flight here. */
    int window() {
        return has(Capability.PIPELINING) ? WINDOW : 1;
    }
}
