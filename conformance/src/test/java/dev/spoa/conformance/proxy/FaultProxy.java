package dev.spoa.conformance.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between engines and an agent and passes everything on, ends of connections included, but for one
 * {@link Mutation} of the frames of one direction. The places follow from the seed and the order in which connections
 * are made, and are kept for reports. It listens from its creation on, on a port of its own.
 */
final class FaultProxy implements AutoCloseable {
    /** How late a delayed frame comes. Who tests with it must have less patience. */
    static final Duration DELAY = Duration.ofSeconds(3);

    private static final int BACKLOG = 1_024;

    private final SocketAddress agent;
    private final Mutation mutation;
    private final Direction direction;
    private final long seed;
    private final ServerSocketChannel listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Injection> injections = new CopyOnWriteArrayList<>();

    FaultProxy(SocketAddress agent, Mutation mutation, Direction direction, long seed) {
        this.agent = agent;
        this.mutation = mutation;
        this.direction = direction;
        this.seed = seed;
        try {
            listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was done so far. */
    List<Injection> injections() {
        return List.copyOf(injections);
    }

    private void accept() {
        try {
            for (int number = 0;; number++) {
                SocketChannel engine = listener.accept();
                Injection template = new Injection(mutation, direction, seed, number, 0, "", "");
                threads.execute(() -> connect(engine, template));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(SocketChannel engine, Injection template) {
        try (engine; SocketChannel toAgent = SocketChannel.open(agent)) {
            Pipe toEngine = new Pipe(toAgent, engine, mutatorOf(Direction.TO_ENGINE, template));
            Pipe fromEngine = new Pipe(engine, toAgent, mutatorOf(Direction.TO_AGENT, template));
            var back = threads.submit(toEngine);
            fromEngine.run();
            back.get();
        } catch (Exception e) {
            // One of the two has gone, or the proxy is closed: the other one's connection ends, too.
        }
    }

    private Mutator mutatorOf(Direction where, Injection template) {
        return where == direction ? new Mutator(template, injections::add) : null;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
