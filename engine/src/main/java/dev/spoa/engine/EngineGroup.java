package dev.spoa.engine;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the engines of one imitated HAProxy process share: event loops, and the counter from which {@link
 * EngineProfile#LEGACY} takes its stream-ids (section 3.1). Safe for any thread. Its threads are daemons. Closing it
 * ends the connections of all its engines.
 */
public final class EngineGroup implements AutoCloseable {
    /** The most event loops that a group may have. */
    public static final int MAX_THREADS = 1_024;

    private static final int TERMINATION_SECONDS = 5;

    private final MultiThreadIoEventLoopGroup loops;
    private final boolean isEpoll;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * Starts event loops.
     *
     * @param threads how many, 1 to {@value #MAX_THREADS}
     * @throws IllegalArgumentException if it is out of range
     */
    public EngineGroup(int threads) {
        this(threads, Epoll.isAvailable());
    }

    EngineGroup(int threads, boolean isEpoll) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads: expected 1 to " + MAX_THREADS + ", but " + threads + " came");
        }
        this.isEpoll = isEpoll;
        IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("spoa-engine", true), io);
    }

    EventLoop next() {
        return loops.next();
    }

    /** HAProxy's counter of streams: 32 bits, from 0, one for the whole process. */
    long nextStream() {
        return Integer.toUnsignedLong(streams.getAndIncrement());
    }

    Class<? extends Channel> channel(SocketAddress address) {
        boolean isUnix = address instanceof UnixDomainSocketAddress;
        if (isEpoll) {
            return isUnix ? EpollDomainSocketChannel.class : EpollSocketChannel.class;
        }
        return isUnix ? NioDomainSocketChannel.class : NioSocketChannel.class;
    }

    /** The form of an address that the transport connects to. */
    SocketAddress remote(SocketAddress address) {
        return isEpoll && address instanceof UnixDomainSocketAddress unix
                ? new DomainSocketAddress(unix.getPath().toString())
                : address;
    }

    boolean isOnLoop() {
        for (var loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /** Ends all connections and waits for the event loops, for some seconds at most; not when called on one of them. */
    @Override
    public void close() {
        var end = loops.shutdownGracefully(0, TERMINATION_SECONDS, TimeUnit.SECONDS);
        if (!isOnLoop()) {
            end.awaitUninterruptibly(TERMINATION_SECONDS, TimeUnit.SECONDS);
        }
    }
}
