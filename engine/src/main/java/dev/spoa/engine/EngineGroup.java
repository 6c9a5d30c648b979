package dev.spoa.engine;

import dev.spoa.protocol.AbstractSocketAddress;
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
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
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
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;
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

    /** A connection, from before it opens until it is closed. */
    interface Member {
        /** Ends it, because the group is closed; the result completes when it is closed, even exceptionally. */
        CompletableFuture<?> leave();
    }

    void add(Member member) {
        members.add(member);
        if (isClosed) {
            // whoever closes the group may have missed it
            var unused = member.leave();
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    void remove(Member member) {
        members.remove(member);
    }

    EventLoop next() {
        return loops.next();
    }

    /**
     * One event loop of the group, for what has to happen between NOTIFYs, like a timer that sends the next one. With
     * several threads each call gives the next of them, and with one it is always the one on which all futures of the
     * group's engines complete. It must not be blocked, and its end is that of the group.
     *
     * @return the event loop
     */
    public ScheduledExecutorService executor() {
        return next();
    }

    /** HAProxy's counter of streams: 32 bits, from 0, one for the whole process. */
    long nextStream() {
        return Integer.toUnsignedLong(streams.getAndIncrement());
    }

    Class<? extends Channel> channel(SocketAddress address) {
        boolean isUnix = !(address instanceof InetSocketAddress);
        if (isEpoll) {
            return isUnix ? EpollDomainSocketChannel.class : EpollSocketChannel.class;
        }
        return isUnix ? NioDomainSocketChannel.class : NioSocketChannel.class;
    }

    /** The form of an address that the transport connects to. */
    SocketAddress remote(SocketAddress address) {
        return switch (address) {
            case UnixDomainSocketAddress unix when isEpoll -> new DomainSocketAddress(unix.getPath().toString());
            case AbstractSocketAddress named when isEpoll -> new DomainSocketAddress(named.path());
            default -> address;
        };
    }

    boolean isOnLoop() {
        for (var loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Closes all connections, then the event loops, and waits for them, for some seconds at most; called on one of
     * them it does not wait. What is pending fails with {@link EngineException.Kind#CLOSED}.
     */
    @Override
    public void close() {
        isClosed = true;
        // by itself a group that shuts down ends without telling all of its connections
        CompletableFuture<?>[] ends = members.stream().map(Member::leave).toArray(CompletableFuture[]::new);
        CompletableFuture<Void> closed = CompletableFuture.allOf(ends).orTimeout(TERMINATION_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> null);
        if (isOnLoop()) {
            var unused = closed.thenRun(() -> {
                Future<?> unusedEnd = shutDown();
            });
        } else {
            closed.join();
            shutDown().awaitUninterruptibly(TERMINATION_SECONDS, TimeUnit.SECONDS);
        }
    }

    private Future<?> shutDown() {
        return loops.shutdownGracefully(0, TERMINATION_SECONDS, TimeUnit.SECONDS);
    }
}
