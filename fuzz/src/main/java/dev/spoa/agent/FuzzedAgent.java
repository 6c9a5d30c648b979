package dev.spoa.agent;

import dev.spoa.fuzz.BoundedAllocator;
import dev.spoa.fuzz.LogWatch;
import dev.spoa.fuzz.Violation;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * An agent without sockets and without threads: what is to run on its event loop, and on virtual threads, waits in queues
 * until the target says so. One serves all inputs of a process, as one agent serves all of its connections.
 */
final class FuzzedAgent {
    /** The largest frame that is agreed on. */
    static final int FRAME_SIZE = 4_096;
    static final int REASSEMBLED_SIZE = 6_000;
    /** What one connection may hold: what it collects, what it keeps, and what it has written. */
    static final int ALLOCATION_LIMIT = 2 * 1_024 * 1_024;

    /** No NOTIFY begins like this, nor does a value. */
    private static final byte POISON = (byte) 0xFE;

    final AgentContext context;
    final Dispatcher dispatcher;
    final FuzzedHandlers handlers = new FuzzedHandlers();
    final BoundedAllocator allocator = new BoundedAllocator();
    final ListenerPipeline open;
    final ListenerPipeline proxied;

    private final LogWatch log = LogWatch.install(FuzzedAgent::isExpected);
    private final Queue<Runnable> loopTasks = new ArrayDeque<>();
    private final Queue<Runnable> threads = new ArrayDeque<>();

    FuzzedAgent() {
        AgentBuilder builder = handlers.register(Agent.builder());
        builder.limits(Limits.builder().frameSize(FRAME_SIZE).reassembledSize(REASSEMBLED_SIZE)
                .notificationsPerConnection(12).notifications(20).notificationsPerMessage(1 << 20)
                .notificationBytes(65_536)
                .slowHandler(Duration.ofDays(1)).build());
        context = new AgentContext(builder, allocator);
        dispatcher = new Dispatcher(context, new DefaultEventLoop() {
            @Override
            public void execute(Runnable task) {
                loopTasks.add(task);
            }
        }, this::thread, 0);
        open = new ListenerPipeline(context, Entrance.OPEN, null, channel -> dispatcher);
        proxied = new ListenerPipeline(context, Entrance.OPEN.withProxyProtocol(true), null, channel -> dispatcher);
    }

    /** A peer may cause these; that a handler or the agent itself fails where none was told to, it may not. */
    private static boolean isExpected(String text) {
        return !text.contains("error in the agent itself") && !text.contains("cannot be logged")
                && (text.contains(": closed, because ") || text.contains("; status ")
                        || text.contains("not let in: ") || text.contains(": HAProxy disconnects with status ")
                        || text.contains(", answered by the failure policy")
                        || text.contains(": closed at once, because"));
    }

    private Thread thread(Runnable handlers) {
        return new Thread(handlers) {
            @Override
            public void start() {
                threads.add(this);
            }
        };
    }

    /** Runs the handlers that were started next; false where there are none. */
    boolean runThread() {
        Runnable next = threads.poll();
        if (next != null) {
            handlers.inThread(next);
        }
        return next != null;
    }

    /** Runs what waits for the event loop; false where there is nothing. */
    boolean runLoop() {
        Runnable next = loopTasks.poll();
        boolean any = next != null;
        while (next != null) {
            next.run();
            next = loopTasks.poll();
        }
        return any;
    }

    /** Lets everything come to its end that has begun; false where there is nothing. */
    boolean runAll() {
        boolean any = false;
        boolean more = true;
        while (more) {
            more = runThread();
            more |= handlers.completeStage(0);
            more |= runLoop();
            any |= more;
        }
        return any;
    }

    void begin() {
        // for whoever reads on behind what has come, where the input before would be else
        Arrays.fill(dispatcher.run().bytes(), POISON);
        allocator.begin(ALLOCATION_LIMIT);
        handlers.begin();
    }

    /** Fails if an input has left anything behind. */
    void end() {
        allocator.end();
        log.check();
        handlers.check();
        Violation.checkEqual("open connections", context.connections.size(), 0);
        Violation.checkEqual("connections without HELLO", context.connectionsWithoutHello.taken(), 0L);
        Violation.checkEqual("NOTIFYs in flight", context.inFlight.taken(), 0L);
        Violation.checkEqual("bytes in flight", context.bytesInFlight.taken(), 0L);
    }
}
