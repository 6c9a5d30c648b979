package dev.spoa.conformance.broken;

import dev.spoa.conformance.broken.Exchange.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An agent by the fixture contract (docs/fixture-agent.md) that does everything right but for one {@link Fault}. It
 * listens from its creation on, on a port of its own, with a virtual thread for each connection.
 */
final class BrokenAgent implements AutoCloseable {
    private static final int BACKLOG = 1_024;

    private final Fault fault;
    private final ServerSocketChannel listener;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    /** What is scheduled when the agent is closed already has nothing left to close. */
    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1,
            new ThreadPoolExecutor.DiscardPolicy());
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Map<Ids, FrameWriter> latestWriters = new ConcurrentHashMap<>();

    BrokenAgent(Fault fault) {
        this.fault = fault;
        try {
            listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.execute(this::accept);
    }

    Fault fault() {
        return fault;
    }

    InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                open.add(channel);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Runnable connection = () -> {
                    new BrokenConnection(this, channel).run();
                    open.remove(channel);
                };
                if (fault == Fault.ONE_CONNECTION_AT_A_TIME) {
                    connection.run();
                } else {
                    connections.execute(connection);
                }
            } catch (IOException e) {
                // Closed, or the engine has gone already; which of the two, the loop sees.
            }
        }
    }

    ScheduledFuture<?> closeLater(SocketChannel channel, Duration delay) {
        return timer.schedule(() -> {
            channel.close();
            return null;
        }, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The one worker of all connections, which only a fault uses. */
    Executor worker() {
        return worker;
    }

    /** Tells where a NOTIFY has come from, which only a fault wants to know. */
    void received(Ids ids, FrameWriter writer) {
        if (fault == Fault.PENDING_KEYED_WITHOUT_CONNECTION) {
            latestWriters.put(ids, writer);
        }
    }

    /** Where the answer goes to: the writer of the NOTIFY's own connection. */
    FrameWriter writerOf(Ids ids, FrameWriter own) {
        return latestWriters.getOrDefault(ids, own);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connections.shutdownNow();
            worker.shutdownNow();
            timer.shutdownNow();
        }
    }
}
