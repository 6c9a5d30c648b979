package dev.spoa.agent.conformance;

import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Transport;
import io.netty.channel.uring.IoUring;
import java.nio.file.Path;
import java.util.List;

/**
 * Over what a test talks to its agent. The system property {@code conformance.endpoints} names those that are to be
 * tested, separated by commas; without it all are. (Mutation testing needs no more than one.)
 */
enum Endpoint {
    TCP(Transport.AUTO, false), TCP_NIO(Transport.NIO, false), TCP_IO_URING(Transport.IO_URING, false),
    UNIX(Transport.AUTO, true), UNIX_NIO(Transport.NIO, true);

    private static final List<String> WANTED = List.of(System
            .getProperty("conformance.endpoints", "TCP,TCP_NIO,TCP_IO_URING,UNIX,UNIX_NIO").split(",", -1));

    private final Transport transport;
    private final boolean unix;

    Endpoint(Transport transport, boolean unix) {
        this.transport = transport;
        this.unix = unix;
    }

    boolean isAvailable() {
        return WANTED.contains(name()) && (transport != Transport.IO_URING || IoUring.isAvailable());
    }

    boolean isUnix() {
        return unix;
    }

    /** Sets transport and address. */
    void configure(AgentBuilder builder, Path socket) {
        builder.transport(transport).listen(unix ? "unix@" + socket : "127.0.0.1:0");
    }
}
