package dev.spoa.agent;

import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * A listening TCP channel of the transport NIO that stays open when a connection cannot be accepted, whatever the reason.
 * Netty closes its own for anything but an {@link java.io.IOException}, a want of memory for instance, and nobody would be
 * let in any more. (So it is still with that for unix sockets, which cannot be extended.)
 */
final class NioListener extends NioServerSocketChannel {
    @Override
    protected boolean closeOnReadError(Throwable cause) {
        return !isActive();
    }
}
