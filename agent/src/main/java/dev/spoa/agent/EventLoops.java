package dev.spoa.agent;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Event loops that outlive an Error. Netty lets one end its loop, for an OutOfMemoryError mostly one that comes while
 * another is dealt with. The listening socket and the connections of the loop would stay open then, with nobody to serve
 * them, and HAProxy would know it by timeouts only.
 */
final class EventLoops extends MultiThreadIoEventLoopGroup {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(Agent.class), System::nanoTime);
    /** Made before it is needed, when there may be no memory to make it. */
    private static final Supplier<String> TEXT = EventLoops::text;
    /** So that an Error that comes again and again does not cost a processor. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    EventLoops(int number, IoHandlerFactory transport) {
        super(number, new DefaultThreadFactory("spoa-io"), transport);
    }

    private static String text() {
        return "an error has come as far as to an event loop, which goes on; its connections may have suffered";
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory transport, Object... unused) {
        return new Enduring(this, executor, transport);
    }

    private static final class Enduring extends SingleThreadIoEventLoop {
        Enduring(EventLoops parent, Executor executor, IoHandlerFactory transport) {
            super(parent, executor, transport);
        }

        @Override
        protected int runIo() {
            try {
                return super.runIo();
            } catch (Error e) {
                endure(e);
                return 0;
            }
        }

        /** What is left in the queue is run in the next turn. */
        @Override
        protected boolean runAllTasks(long nanos) {
            try {
                return super.runAllTasks(nanos);
            } catch (Error e) {
                endure(e);
                return true;
            }
        }

        private static void endure(Error error) {
            try {
                LOG.warn(TEXT, error);
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (Throwable e) {
                // there is no memory even for the line, or to find the class that pauses
            }
        }
    }
}
