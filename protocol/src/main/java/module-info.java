/**
 * SPOP 2.0 itself: the values, scopes, actions and status codes that travel between HAProxy and an agent. No input or
 * output, no threads. The codecs in {@code dev.spoa.protocol.wire} are for this project's own modules only.
 */
module dev.spoa.protocol {
    requires io.netty.buffer;
    requires transitive org.jspecify;

    exports dev.spoa.protocol;
    exports dev.spoa.protocol.wire to
            dev.spoa.agent,
            dev.spoa.cli,
            dev.spoa.conformance,
            dev.spoa.engine;
}
