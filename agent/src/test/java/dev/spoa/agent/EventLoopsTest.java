package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An event loop goes on after an Error that has come as far as to it. */
class EventLoopsTest {
    private static final int ERRORS = 3;

    private final Logged logged = new Logged(Agent.class);
    private final AtomicInteger thrown = new AtomicInteger();
    private final EventLoops loops = new EventLoops(1, failing());

    private IoHandlerFactory failing() {
        IoHandlerFactory working = NioIoHandler.newFactory();
        return executor -> new Failing(working.newHandler(executor));
    }

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        logged.close();
    }

    @Test
    void runsItsTasksAfterErrors() throws Exception {
        CountDownLatch run = new CountDownLatch(2);

        loops.execute(run::countDown);
        ScheduledFuture<?> unused = loops.schedule(run::countDown, 1, TimeUnit.MILLISECONDS);

        assertThat(run.await(10, TimeUnit.SECONDS)).isTrue();
        Agents.until(() -> thrown.get() == ERRORS);
        CountDownLatch later = new CountDownLatch(1);
        loops.execute(later::countDown);
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(logged.warnings()).allMatch(line -> line.equals(
                "an error has come as far as to an event loop, which goes on; its connections may have suffered"));
    }

    private final class Failing implements IoHandler {
        private final IoHandler working;

        Failing(IoHandler working) {
            this.working = working;
        }

        @Override
        public int run(IoHandlerContext context) {
            if (thrown.get() < ERRORS) {
                thrown.incrementAndGet();
                throw new OutOfMemoryError("planted");
            }
            return working.run(context);
        }

        @Override
        public void prepareToDestroy() {
            working.prepareToDestroy();
        }

        @Override
        public void destroy() {
            working.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return working.register(handle);
        }

        @Override
        public void wakeup() {
            working.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return working.isCompatible(type);
        }
    }
}
