package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.wire.MessageList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Threads that run when the test says so, unless a test is about real ones. */
class HandlerThreadsTest {
    private final Queue<Runnable> started = new ArrayDeque<>();
    private final Queue<Runnable> wakeUps = new LinkedBlockingQueue<>();
    private final Queue<Exchange> completed = new LinkedBlockingQueue<>();
    private final Completions completions = new Completions(wakeUps::add, completed::add, () -> {
    });
    private final HandlerThreads threads = withTurnsOf(Long.MAX_VALUE);
    private final List<String> events = new ArrayList<>();

    private Thread thread(Runnable handlers) {
        return new Thread(handlers) {
            @Override
            public void start() {
                started.add(this);
            }
        };
    }

    private void runThread() {
        started.remove().run();
    }

    private void runLoop() {
        while (!wakeUps.isEmpty()) {
            wakeUps.remove().run();
        }
    }

    private static Exchange exchange(MessageHandler handler) {
        AgentContext context = new AgentContext(Agent.builder().on("m", handler));
        ByteBuf payload = Unpooled.buffer();
        MessageList.write(payload, "m", List.of());
        byte[] bytes = ByteBufUtil.getBytes(payload);
        Route route = context.routes.find(bytes, 1, 1);
        assertThat(route).isNotNull();
        ReplyBuffer reply = new ReplyBuffer(context.variableNames, context.counters.lateActions, null);
        reply.open(new OutgoingBytes(), 1_000);
        return new Exchange(bytes, 0, bytes.length, new Route[] {route}, reply,
                new Dispatcher(context, new EmbeddedChannel().eventLoop()));
    }

    private void add(String name) {
        add(name, () -> {
        });
    }

    private Exchange add(String name, Runnable handler) {
        Exchange exchange = exchange((message, reply) -> {
            events.add(name);
            handler.run();
        });
        threads.add(exchange);
        return exchange;
    }

    @Test
    void oneThreadTakesAllThatAreShortAndWakesTheLoopOnce() {
        add("one");
        add("two");
        add("three");
        threads.start();
        assertThat(started).hasSize(1);

        runThread();

        assertThat(events).containsExactly("one", "two", "three");
        assertThat(wakeUps).hasSize(1);
        runLoop();
        assertThat(completed).hasSize(3);
    }

    @Test
    void aScoutThatFindsNothingEnds() {
        add("one");
        add("two");
        threads.start();
        runThread();
        assertThat(started).as("the scout").hasSize(1);

        runThread();

        assertThat(started).isEmpty();
        runLoop();
        assertThat(completed).hasSize(2);
        add("three");
        threads.start();
        assertThat(started).as("the next scout").hasSize(1);
    }

    @Test
    void noneWaitsForAHandlerThatBlocks() {
        add("blocked", () -> {
            runThread(); // another thread has its turn while this one waits
            runLoop();
            events.add("still blocked");
        });
        add("two", () -> assertThat(started).as("a scout is on its way").hasSize(1));
        add("three");
        threads.start();

        runThread();

        assertThat(events).containsExactly("blocked", "two", "three", "still blocked");
        assertThat(completed).hasSize(2);
        runLoop();
        assertThat(completed).hasSize(3);
    }

    @Test
    void theLoopLearnsOfWhatIsCompletedBeforeTheLastHandlerWhichMayBlock() {
        add("one");
        add("blocked", () -> {
            runThread(); // the scout that was sent before "one" has its turn
            runLoop();
            assertThat(completed).hasSize(1);
        });
        threads.start();

        runThread();

        runLoop();
        assertThat(completed).hasSize(2);
    }

    @Test
    void aScoutThatFindsOneIsReplacedOnlyIfMoreWait() {
        add("one", () -> {
            runThread(); // the scout for "two" comes and goes
            assertThat(events).containsExactly("one", "two");
            assertThat(started).isEmpty();
        });
        add("two");
        threads.start();
        runThread();
        runLoop();
        assertThat(completed).hasSize(2);
    }

    @Test
    void aHandlerThatTakesLongIsAnnouncedBeforeTheNext() {
        List<Integer> wakeUpsBefore = new ArrayList<>();
        threads.add(exchange((message, reply) -> Thread.sleep(1)));
        threads.add(exchange((message, reply) -> wakeUpsBefore.add(wakeUps.size())));
        threads.start();

        runThread();

        assertThat(wakeUpsBefore).containsExactly(1);
    }

    @Test
    void noHandlerFindsTheInterruptOfAnother() {
        List<Boolean> interrupted = new ArrayList<>();
        add("interrupts itself", Thread.currentThread()::interrupt);
        add("two", () -> interrupted.add(Thread.currentThread().isInterrupted()));
        threads.start();

        runThread();

        assertThat(interrupted).containsExactly(false);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void onlyTheHandlerThatIsAtWorkIsInterrupted() {
        List<Boolean> interrupted = new ArrayList<>();
        Exchange[] exchanges = new Exchange[3];
        exchanges[0] = add("over", () -> {
        });
        exchanges[1] = add("at work", () -> {
            exchanges[0].abandon();
            interrupted.add(Thread.currentThread().isInterrupted());
            exchanges[1].abandon();
            interrupted.add(Thread.currentThread().isInterrupted());
            exchanges[2].abandon();
        });
        exchanges[2] = add("given up before it began", () -> {
        });
        add("last", () -> interrupted.add(Thread.currentThread().isInterrupted()));
        threads.start();

        runThread();

        assertThat(events).containsExactly("over", "at work", "last");
        assertThat(interrupted).containsExactly(false, true, false);
        runLoop();
        assertThat(completed).hasSize(4);
    }

    /** None while it is full. */
    private HandlerThreads fewThreads(boolean[] full) {
        return new HandlerThreads(handlers -> {
            if (full[0]) {
                throw new OutOfMemoryError("planted");
            }
            return thread(handlers);
        }, completions, System::nanoTime, 0, Long.MAX_VALUE);
    }

    private HandlerThreads withTurnsOf(long nanos) {
        return new HandlerThreads(this::thread, completions, System::nanoTime, 0, nanos);
    }

    @Test
    void aThreadThatHasHadItsTurnLeavesTheRestToTheScout() {
        HandlerThreads brief = withTurnsOf(0);
        brief.add(exchange((message, reply) -> events.add("one")));
        brief.add(exchange((message, reply) -> events.add("two")));
        brief.start();

        runThread();

        assertThat(events).containsExactly("one");
        assertThat(wakeUps).as("what is completed is announced").hasSize(1);
        assertThat(started).as("the scout").hasSize(1);
        runThread();
        assertThat(events).containsExactly("one", "two");
    }

    @Test
    void tellsWhereThereCanBeNoThread() {
        boolean[] full = {true};
        HandlerThreads few = fewThreads(full);
        Exchange refused = exchange((message, reply) -> events.add("refused"));
        few.add(refused);
        completions.add(exchange((message, reply) -> {
        }));

        assertThatThrownBy(few::start).isInstanceOf(OutOfMemoryError.class);
        assertThat(wakeUps).as("what was left to the scout to announce").hasSize(1);
        assertThat(few.withdraw()).isSameAs(refused);
        assertThat(few.withdraw()).isNull();

        full[0] = false;
        few.add(exchange((message, reply) -> events.add("served")));
        few.start();
        runThread();
        assertThat(events).containsExactly("served");
    }

    @Test
    void aThreadThatCannotBeInterruptedGoesOn() throws InterruptedException {
        Exchange[] exchange = new Exchange[1];
        exchange[0] = exchange((message, reply) -> exchange[0].abandon());
        Thread stubborn = new Thread(() -> exchange[0].handle(0)) {
            @Override
            public void interrupt() {
                throw new SecurityException("planted");
            }
        };
        stubborn.start();

        stubborn.join(10_000);

        assertThat(stubborn.isAlive()).isFalse();
    }

    /** Real threads: each handler ends only when all of its round are at work, and between rounds there are short ones. */
    @Test
    void allThatBlockAreAtWorkAtOnceAndNoneIsForgotten() throws InterruptedException {
        Semaphore wakeUp = new Semaphore(0);
        Queue<Runnable> drains = new LinkedBlockingQueue<>();
        Completions real = new Completions(task -> {
            drains.add(task);
            wakeUp.release();
        }, completed::add, () -> {
        });
        HandlerThreads many = new HandlerThreads(Thread.ofVirtual().factory(), real, System::nanoTime, 8);
        Random random = new Random(4);
        int expected = 0;
        for (int round = 0; round < 200; round++) {
            int number = 1 + random.nextInt(40);
            CountDownLatch atWork = new CountDownLatch(number);
            for (int i = 0; i < number; i++) {
                many.add(exchange((message, reply) -> {
                    atWork.countDown();
                    atWork.await();
                }));
                if (random.nextInt(3) == 0) {
                    many.add(exchange((message, reply) -> {
                    }));
                    expected++;
                }
                if (random.nextInt(4) == 0) {
                    many.start();
                }
            }
            expected += number;
            many.start();
            while (completed.size() < expected) {
                assertThat(wakeUp.tryAcquire(30, TimeUnit.SECONDS)).as("round %d, %d of %d are completed", round,
                        completed.size(), expected).isTrue();
                drains.remove().run();
            }
        }
        many.close();
    }

    @Test
    void threadsStayForTheNextTimeAndEndWhenAllIsClosed() throws InterruptedException {
        List<Thread> made = new ArrayList<>();
        Semaphore announced = new Semaphore(0);
        HandlerThreads kept = new HandlerThreads(handlers -> {
            Thread thread = Thread.ofVirtual().unstarted(handlers);
            made.add(thread);
            return thread;
        }, new Completions(task -> {
            task.run();
            announced.release();
        }, completed::add, () -> {
        }), System::nanoTime, 32);
        for (int i = 0; i < 500; i++) {
            kept.add(exchange((message, reply) -> {
            }));
            kept.start();
            announced.acquire();
        }
        assertThat(made).hasSizeLessThanOrEqualTo(32);

        kept.close();

        for (Thread thread : made) {
            thread.join();
        }
        assertThat(completed).hasSize(500);
    }

    /** Threads without time slices: each carrier has a load that does not end before the other loop's NOTIFY is answered. */
    @Test
    void noNotifyWaitsForTheLoadOfAnotherLoop() throws InterruptedException {
        int carriers = Runtime.getRuntime().availableProcessors();
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch loaded = new CountDownLatch(carriers);
        List<HandlerThreads> loads = new ArrayList<>();
        Completions nobody = new Completions(task -> {
        }, unused -> {
        }, () -> {
        });
        for (int i = 0; i < carriers; i++) {
            HandlerThreads load = new HandlerThreads(Thread.ofVirtual().factory(), nobody, System::nanoTime, 8);
            load.add(exchange((message, reply) -> loaded.countDown()));
            for (int n = 0; n < 200; n++) {
                load.add(exchange((message, reply) -> {
                    for (long began = System.nanoTime(); !isOver.get() && System.nanoTime() - began < 20_000_000;) {
                        Thread.onSpinWait();
                    }
                }));
            }
            load.start();
            loads.add(load);
        }
        loaded.await();
        HandlerThreads other = new HandlerThreads(Thread.ofVirtual().factory(), nobody, System::nanoTime, 8);
        CountDownLatch handled = new CountDownLatch(1);
        other.add(exchange((message, reply) -> handled.countDown()));

        other.start();

        handled.await();
        assertThat(loads).allMatch(load -> load.withdraw() != null);
        isOver.set(true);
    }

    @Test
    void makesUpForWhatSomebodyHadNoMemoryFor() {
        boolean[] full = {true};
        HandlerThreads few = fewThreads(full);
        few.add(exchange((message, reply) -> events.add("served")));
        assertThatThrownBy(few::start).isInstanceOf(OutOfMemoryError.class);
        full[0] = false;

        few.makeUp();

        runThread();
        assertThat(events).containsExactly("served");
    }
}
