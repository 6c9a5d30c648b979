package dev.spoa.agent;

import dev.spoa.protocol.AbstractSocketAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** What differs between the transports: classes, options, and the form of a unix socket's address. */
enum TransportSetup {
    EPOLL {
        @Override
        ServerChannel listening(boolean isTcp) {
            return isTcp ? new EpollServerSocketChannel() : new EpollServerDomainSocketChannel();
        }

        @Override
        IoHandlerFactory ioHandler() {
            return EpollIoHandler.newFactory();
        }

        @Override
        void tcp(ServerBootstrap bootstrap, Limits limits) {
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, keepAliveIdle(limits))
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, keepAliveInterval(limits))
                    .childOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES)
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, (int) limits.userTimeout().toMillis());
        }

        @Override
        ServerChannel inherited(int descriptor, boolean isUnix) {
            return isUnix ? new EpollServerDomainSocketChannel(descriptor) : new EpollServerSocketChannel(descriptor);
        }
    },
    IO_URING {
        @Override
        ServerChannel listening(boolean isTcp) {
            return isTcp ? new IoUringServerSocketChannel() : new IoUringServerDomainSocketChannel();
        }

        @Override
        IoHandlerFactory ioHandler() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        void tcp(ServerBootstrap bootstrap, Limits limits) {
            bootstrap.childOption(IoUringChannelOption.TCP_KEEPIDLE, keepAliveIdle(limits))
                    .childOption(IoUringChannelOption.TCP_KEEPINTVL, keepAliveInterval(limits))
                    .childOption(IoUringChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES)
                    .childOption(IoUringChannelOption.TCP_USER_TIMEOUT, (int) limits.userTimeout().toMillis());
        }
    },
    NIO {
        @Override
        ServerChannel listening(boolean isTcp) {
            return isTcp ? new NioListener() : new NioServerDomainSocketChannel();
        }

        @Override
        IoHandlerFactory ioHandler() {
            return NioIoHandler.newFactory();
        }

        @Override
        void tcp(ServerBootstrap bootstrap, Limits limits) {
            bootstrap.childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), keepAliveIdle(limits))
                    .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), keepAliveInterval(limits))
                    .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEP_ALIVE_PROBES);
        }

        @Override
        SocketAddress unix(UnixDomainSocketAddress address) {
            return address;
        }
    };

    private static final int KEEP_ALIVE_PROBES = 3;
    /** The kernel lowers it to its own maximum. HAProxy opens many connections at once when it is reloaded. */
    private static final int BACKLOG = 4_096;

    static TransportSetup of(Transport transport) {
        return switch (transport) {
            case AUTO -> Epoll.isAvailable() ? EPOLL : NIO;
            case EPOLL -> available(EPOLL, Epoll.unavailabilityCause());
            case IO_URING -> available(IO_URING, IoUring.unavailabilityCause());
            case NIO -> NIO;
        };
    }

    private static TransportSetup available(TransportSetup setup, @Nullable Throwable why) {
        if (why != null) {
            throw new IllegalStateException("transport " + setup + " is not available here", why);
        }
        return setup;
    }

    abstract ServerChannel listening(boolean isTcp);

    abstract IoHandlerFactory ioHandler();

    abstract void tcp(ServerBootstrap bootstrap, Limits limits);

    SocketAddress unix(UnixDomainSocketAddress address) {
        return new DomainSocketAddress(address.getPath().toString());
    }

    /** A channel for a socket that listens already, which only one of the transports can have. */
    ServerChannel inherited(int descriptor, boolean isUnix) {
        throw new IllegalStateException(
                "only the transport EPOLL can listen on an inherited socket, and this is " + this);
    }

    /** Sets the kind of channel and the options for an address, and returns it in the form that this transport binds. */
    SocketAddress configure(ServerBootstrap bootstrap, SocketAddress address, Limits limits) {
        boolean isTcp = address instanceof InetSocketAddress;
        bootstrap.channelFactory(() -> listening(isTcp));
        options(bootstrap, isTcp, limits);
        return switch (address) {
            case UnixDomainSocketAddress unix -> unix(unix);
            case AbstractSocketAddress named when this == NIO -> throw new IllegalStateException(
                    "the transport NIO has no abstract names, and so cannot listen on " + named);
            case AbstractSocketAddress named -> new DomainSocketAddress(named.path());
            default -> address;
        };
    }

    /** Sets the options. */
    void options(ServerBootstrap bootstrap, boolean isTcp, Limits limits) {
        int high = limits.unflushedBytes();
        bootstrap.option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high));
        if (isTcp) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
            tcp(bootstrap, limits);
        }
    }

    /** The form in which users see an address. */
    static SocketAddress toJava(SocketAddress address) {
        if (address instanceof DomainSocketAddress unix) {
            String path = unix.path();
            return path.startsWith("\0") ? ofAbstract(path.substring(1)) : UnixDomainSocketAddress.of(path);
        }
        return address;
    }

    /** A peer may have given its own end any name, or the system one. */
    private static SocketAddress ofAbstract(String name) {
        try {
            return AbstractSocketAddress.of(name);
        } catch (IllegalArgumentException e) {
            return UnixDomainSocketAddress.of("");
        }
    }

    private static int keepAliveIdle(Limits limits) {
        return (int) limits.keepAlive().toSeconds();
    }

    private static int keepAliveInterval(Limits limits) {
        return Math.max(1, keepAliveIdle(limits) / 10);
    }
}
