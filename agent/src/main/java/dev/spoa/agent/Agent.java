package dev.spoa.agent;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: it listens for HAProxy and answers every NOTIFY.
 *
 * {@snippet file="dev/spoa/agent/SmallestAgentTest.java" region="smallest-agent"}
 *
 * <p>
 * Safe for any thread. Its event loops are no daemon threads: the process lives until the agent is closed.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    /** How long connections have to end after their DISCONNECT when the grace time is over. */
    private static final Duration LAST_GRACE = Duration.ofSeconds(2);
    private static final Duration LOOP_TERMINATION = Duration.ofSeconds(5);

    private final AgentContext context;
    private final Duration grace;
    private final Duration notice;
    private final EventLoops eventLoops;
    private final IdentityHashMap<EventExecutor, Dispatcher> dispatchers = new IdentityHashMap<>();
    private final List<OpenListener> listeners = new ArrayList<>();
    private final List<TlsContext> certificates = new ArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread shutdownHook;

    private Agent(AgentBuilder builder, AgentContext context, EventLoops eventLoops) {
        this.context = context;
        this.grace = builder.grace;
        this.notice = builder.notice;
        this.eventLoops = eventLoops;
        for (EventExecutor eventLoop : eventLoops) {
            dispatchers.put(eventLoop, new Dispatcher(context, (EventLoop) eventLoop));
        }
    }

    /**
     * Begins an agent.
     *
     * @return a builder
     */
    public static AgentBuilder builder() {
        return new AgentBuilder();
    }

    static Agent start(AgentBuilder builder) {
        if (builder.listeners.isEmpty()) {
            throw new IllegalStateException("an agent needs an address to listen on");
        }
        AgentContext context = new AgentContext(builder);
        TransportSetup transport = TransportSetup.of(builder.transport);
        EventLoops eventLoops = new EventLoops(builder.eventLoops, transport.ioHandler());
        Agent agent = new Agent(builder, context, eventLoops);
        try {
            for (Listener listener : builder.listeners) {
                agent.open(listener, transport);
            }
            context.slowHandlers.start();
            if (builder.shutdownHook) {
                agent.installShutdownHook();
            }
        } catch (RuntimeException | Error e) {
            agent.close(Duration.ZERO);
            throw e;
        }
        LOG.info("listening on {} by {}", agent.addresses(), transport);
        return agent;
    }

    private void open(Listener listener, TransportSetup transport) {
        ServerBootstrap bootstrap = new ServerBootstrap().group(eventLoops)
                .handler(new AcceptBackoff(context, listener))
                .childHandler(pipeline(listener.entrance()));
        listeners.add(OpenListener.open(listener, transport, bootstrap, context.limits));
    }

    private ListenerPipeline pipeline(Entrance entrance) {
        TlsContext tls = null;
        if (entrance.tls() != null) {
            tls = new TlsContext(entrance.tls(), context.log);
            tls.watch();
            certificates.add(tls);
        }
        return new ListenerPipeline(context, entrance, tls, this::dispatcherOf);
    }

    private Dispatcher dispatcherOf(Channel channel) {
        Dispatcher dispatcher = dispatchers.get(channel.eventLoop());
        if (dispatcher == null) {
            throw new IllegalStateException("a channel on an event loop that is not the agent's");
        }
        return dispatcher;
    }

    /**
     * What the agent listens on.
     *
     * @return the addresses in the order in which they were given, with the ports that port 0 became
     */
    public List<SocketAddress> addresses() {
        return listeners.stream().map(OpenListener::address).toList();
    }

    /**
     * What the agent has done and has at hand.
     *
     * @return figures of this moment
     */
    public AgentStatistics statistics() {
        return context.statistics();
    }

    /**
     * Waits until the agent is closed.
     *
     * @throws InterruptedException if the thread is interrupted; the agent goes on
     */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /** Like {@link #close(Duration)}, with the grace time that the {@link AgentBuilder#grace builder} was told. */
    @Override
    public void close() {
        close(grace);
    }

    /**
     * Gives {@link AgentBuilder#notice notice} to health checks, stops accepting connections, finishes what is in
     * flight, sends AGENT-DISCONNECT 0 on each connection when nothing is pending on it, and closes. NOTIFYs that arrive
     * meanwhile are still answered. One that crosses our DISCONNECT, sent before HAProxy has read it, is lost: HAProxy sets its
     * error variable. {@link AgentBuilder#pipelining} and {@link AgentBuilder#notice} say how there is none. A connection
     * that is in use ends right behind an ACK where the engine does not pipeline, any other when nothing has come for half a
     * second, or less as the time goes on. When the grace time is over, what is left is given up: its handlers are interrupted, and its
     * connections closed with AGENT-DISCONNECT 0.
     *
     * <p>
     * Returns when all is closed, at the latest some seconds after notice and grace time; called from a handler on an event
     * loop, which it must not block, at once. An ordinary handler that calls it waits for itself, so for the whole grace
     * time. A second call only waits for the first.
     *
     * @param grace how long to wait for what is in flight, 0 to 1 h; zero gives everything up at once, without notice
     * @throws IllegalArgumentException if it is out of range
     */
    public void close(Duration grace) {
        AgentBuilder.checkedGrace(grace);
        if (closing.compareAndSet(false, true)) {
            Thread closer = new Thread(() -> shutDown(grace.isZero() ? grace : notice, grace), "spoa-close");
            try {
                closer.start();
            } catch (OutOfMemoryError e) { // there can be no more threads now; a later call may succeed
                closing.set(false);
                throw e;
            }
        }
        if (!isOnEventLoop()) {
            awaitUninterruptibly();
        }
    }

    private boolean isOnEventLoop() {
        for (EventExecutor eventLoop : eventLoops) {
            if (eventLoop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private void awaitUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                closed.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void shutDown(Duration notice, Duration grace) {
        try {
            context.connections.leave();
            TimeUnit.NANOSECONDS.sleep(notice.toNanos());
            List<SocketAddress> addresses = addresses();
            for (OpenListener listener : listeners) {
                listener.close(LAST_GRACE.toMillis());
            }
            certificates.forEach(TlsContext::close);
            awaitAccepted();
            context.connections.drain().forEach(Connection::drain);
            List<Connection> left = context.connections.awaitEmpty(grace.toNanos());
            if (!left.isEmpty()) {
                left.forEach(Connection::disconnect);
                context.connections.awaitEmpty(LAST_GRACE.toNanos());
            }
            LOG.info("closed {}", addresses);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            eventLoops.shutdownGracefully(0, LOOP_TERMINATION.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(LOOP_TERMINATION.toMillis());
            dispatchers.values().forEach(Dispatcher::close);
            context.tlsThreads.shutdownNow();
            context.slowHandlers.stop();
            removeShutdownHook();
            closed.countDown();
        }
    }

    /** After this what was accepted is among the connections, unless a handler holds its event loop. */
    private void awaitAccepted() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(dispatchers.size());
        eventLoops.forEach(eventLoop -> eventLoop.execute(turns::countDown));
        boolean unused = turns.await(LAST_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void installShutdownHook() {
        Thread hook = new Thread(this::close, "spoa-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        shutdownHook = hook;
    }

    private void removeShutdownHook() {
        if (shutdownHook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(shutdownHook);
            } catch (IllegalStateException e) {
                // the process is shutting down, so the hook is what closes the agent
            }
        }
    }
}
