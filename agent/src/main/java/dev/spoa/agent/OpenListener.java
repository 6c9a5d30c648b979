package dev.spoa.agent;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket that listens. */
final class OpenListener {
    private final Channel channel;
    private final SocketAddress address;
    private final @Nullable UnixSocketFile file;

    private OpenListener(Channel channel, SocketAddress address, @Nullable UnixSocketFile file) {
        this.channel = channel;
        this.address = address;
        this.file = file;
    }

    /**
     * Opens a listener; connections come in from then on.
     *
     * @param bootstrap knows what becomes of them
     * @throws UncheckedIOException if it cannot be opened; the message says why
     * @throws IllegalStateException if the transport has no such sockets, or an inherited one has settings that it
     *         cannot have
     */
    static OpenListener open(Listener listener, TransportSetup transport, ServerBootstrap bootstrap, Limits limits) {
        try {
            return switch (listener.address()) {
                case null -> take(listener, transport, bootstrap, limits);
                case UnixDomainSocketAddress unix -> bindFile(unix, listener.access(), transport, bootstrap, limits);
                case SocketAddress address -> {
                    Channel channel = completed(bootstrap.bind(transport.configure(bootstrap, address, limits)));
                    yield new OpenListener(channel, TransportSetup.toJava(channel.localAddress()), null);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + listener + ": " + e.getMessage(), e);
        }
    }

    private static OpenListener bindFile(UnixDomainSocketAddress address, UnixSocketFile.Access access,
            TransportSetup transport, ServerBootstrap bootstrap, Limits limits) throws IOException {
        UnixSocketFile file = UnixSocketFile.prepare(address.getPath());
        @Nullable Channel channel = null;
        try {
            channel = completed(bootstrap.bind(
                    transport.configure(bootstrap, UnixDomainSocketAddress.of(file.temporary()), limits)));
            file.publish(access);
            return new OpenListener(channel, address, file);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close().awaitUninterruptibly();
            }
            file.abandon();
            throw e;
        }
    }

    private static OpenListener take(Listener listener, TransportSetup transport, ServerBootstrap bootstrap,
            Limits limits) throws IOException {
        int descriptor = listener.descriptor();
        InheritedSocket socket = InheritedSocket.of(descriptor);
        if (socket.isUnix() && listener.entrance().allowed() != null) {
            throw new IllegalStateException("only TCP peers have a network, and " + listener + " is a unix socket");
        }
        ServerChannel inherited = transport.inherited(descriptor, socket.isUnix());
        bootstrap.channelFactory(() -> inherited);
        transport.options(bootstrap, !socket.isUnix(), limits);
        Channel channel = completed(bootstrap.register());
        return new OpenListener(channel, TransportSetup.toJava(channel.localAddress()), null);
    }

    private static Channel completed(ChannelFuture opened) throws IOException {
        Throwable cause = opened.awaitUninterruptibly().cause();
        if (cause != null) {
            throw new IOException(cause.getMessage(), cause);
        }
        return opened.channel();
    }

    /** What it listens on, with the port that 0 became. */
    SocketAddress address() {
        return address;
    }

    /** No connection comes in any more. Those that wait to be accepted on an inherited socket are left to others. */
    void close(long millis) throws InterruptedException {
        if (file != null) {
            try {
                file.remove();
            } catch (IOException e) {
                // somebody has changed the folder's rights; a stale socket is replaced at the next start
            }
        }
        // bounded, because a handler may have stopped the event loop
        channel.close().await(millis);
    }
}
