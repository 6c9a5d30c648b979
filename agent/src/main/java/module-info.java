/**
 * The agent: listens for HAProxy, hands each message to a handler and sends back what the handler set. Start at
 * {@link dev.spoa.agent.Agent#builder()}.
 */
module dev.spoa.agent {
    requires transitive dev.spoa.protocol;
    requires transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.unix.common;
    requires jdk.net;
    requires org.slf4j;

    exports dev.spoa.agent;
}
