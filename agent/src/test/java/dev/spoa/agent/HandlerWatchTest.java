package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Handlers on an event loop, with a clock that the test turns; a look is due four times within the threshold. */
class HandlerWatchTest {
    private static final long THRESHOLD = 4_000_000;
    private static final long TICK = 1_000_000;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 3 * TICK);
    private final AtomicLong madeUp = new AtomicLong();
    private final Counters counters = new Counters();
    private final SlowHandlers slow = new SlowHandlers(THRESHOLD, counters, new AgentLog(clock::get), clock::get);
    private final HandlerWatch watch = slow.watch(new EmbeddedChannel().eventLoop(), madeUp::incrementAndGet);
    private final AgentContext context = new AgentContext(Agent.builder().on("m", Agents::answer));
    private final Connection connection = new Connection(context,
            new Dispatcher(context, new EmbeddedChannel().eventLoop()));
    private final Route route = context.routes.find(new byte[] {'m'}, 0, 1);

    private void pass(long ticks) {
        for (long i = 0; i < ticks; i++) {
            clock.addAndGet(TICK);
            slow.look();
        }
    }

    private long counted() {
        return counters.slowHandlers.sum();
    }

    @Test
    void hasWhatWasForgottenMadeUpForAtEachLook() {
        pass(3);
        assertThat(madeUp).hasValue(3);
    }

    @Test
    void aLookThatFailsForWantOfMemoryCostsNoOtherLoopItsOwn() {
        SlowHandlers both = new SlowHandlers(THRESHOLD, counters, new AgentLog(clock::get), clock::get);
        HandlerWatch first = both.watch(new EmbeddedChannel().eventLoop(), () -> {
            throw new OutOfMemoryError("planted");
        });
        both.watch(new EmbeddedChannel().eventLoop(), madeUp::incrementAndGet);
        first.enter(route, connection);
        for (int i = 0; i < 5; i++) {
            clock.addAndGet(TICK);
            both.look();
        }
        assertThat(madeUp).hasValue(5);
        assertThat(counted()).isEqualTo(1);
    }

    /** A look is more than a look, so there is one each second, however long a handler may take. */
    @Test
    void looksOnceASecondAtLeast() {
        long day = TimeUnit.DAYS.toNanos(1);
        SlowHandlers patient = new SlowHandlers(day, counters, new AgentLog(clock::get), clock::get);
        assertThat(patient.isSurelySlow(day + TimeUnit.SECONDS.toNanos(1) - 1)).isFalse();
        assertThat(patient.isSurelySlow(day + TimeUnit.SECONDS.toNanos(1))).isTrue();
    }

    @Test
    void passesAQuickHandler() {
        for (int i = 0; i < 100; i++) {
            watch.enter(route, connection);
            pass(3);
            watch.exit();
        }
        assertThat(counted()).isZero();
    }

    @Test
    void doesNotCountTheTimeBetweenHandlers() {
        watch.enter(route, connection);
        watch.exit();
        pass(100);
        watch.enter(route, connection);
        watch.exit();

        assertThat(counted()).isZero();
    }

    @Test
    void seesAHandlerThatDoesNotReturn() {
        watch.enter(route, connection);
        pass(4);
        assertThat(counted()).as("it may have begun just before the last look").isZero();
        pass(1);
        assertThat(counted()).isEqualTo(1);
        pass(100);
        watch.exit();
        assertThat(counted()).as("once").isEqualTo(1);
    }

    @Test
    void countsAHandlerThatEndsBeforeItIsSeen() {
        watch.enter(route, connection);
        pass(4);
        watch.exit();
        assertThat(counted()).isEqualTo(1);
        pass(1);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void countsTheNextOneToo() {
        for (int i = 1; i <= 3; i++) {
            watch.enter(route, connection);
            pass(10);
            watch.exit();
            assertThat(counted()).isEqualTo(i);
        }
    }
}
