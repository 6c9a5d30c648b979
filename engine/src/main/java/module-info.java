/**
 * HAProxy's side of SPOP as a client. Start at {@link dev.spoa.engine.Engine#builder()}.
 */
module dev.spoa.engine {
    requires transitive dev.spoa.protocol;
    requires transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    exports dev.spoa.engine;
    exports dev.spoa.engine.raw to
            dev.spoa.cli,
            dev.spoa.conformance;
}
