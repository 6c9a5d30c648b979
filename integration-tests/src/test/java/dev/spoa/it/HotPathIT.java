package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.spoa.agent.Agent;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.fixture.FixtureAgent.Kind;
import io.netty.channel.epoll.Epoll;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the hot path of the fixture agent allocates, and how often it writes, over real sockets: 8 connections with 20 small
 * NOTIFYs in flight on each. Neither depends on how fast the machine is.
 */
class HotPathIT {
    private static final int CONNECTIONS = 8;
    /** Until all is compiled that is going to be. */
    private static final int WARM_UP = 3_000;
    private static final int BATCHES = 2_000;
    private static final int CUT_AT = 20;
    private static final int CUT_FRAME_BYTES = 500;
    private static final long NOTIFIES = (long) BATCHES * CONNECTIONS * BatchClient.BATCH;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeAll
    static void needsEpoll() {
        assumeTrue(Epoll.isAvailable(), "epoll, which tells how many segments have come");
    }

    private static Agent start(Kind kind) {
        return FixtureAgent.configure(Agent.builder(), kind).eventLoops(1).listen("127.0.0.1:0").start();
    }

    private static Set<Long> eventLoops() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("spoa-io"))
                .map(Thread::threadId).collect(Collectors.toSet());
    }

    /** How many bytes the event loop allocates for a NOTIFY. */
    private static double allocated(Kind kind) throws InterruptedException {
        return allocated(kind, 0);
    }

    private static double allocated(Kind kind, int early) throws InterruptedException {
        Set<Long> others = eventLoops();
        try (Agent agent = start(kind);
                BatchClient client = new BatchClient(agent.addresses().getFirst(), CONNECTIONS, early)) {
            client.send(WARM_UP);
            Set<Long> loops = eventLoops();
            loops.removeAll(others);
            assertThat(loops).hasSize(1);
            long loop = loops.iterator().next();
            long before = THREADS.getThreadAllocatedBytes(loop);
            client.send(BATCHES);
            return (double) (THREADS.getThreadAllocatedBytes(loop) - before) / NOTIFIES;
        }
    }

    /** A timer now and then is not the NOTIFY's: less than a byte for each of them. */
    @Test
    void anInlineHandlerCostsNoByte() throws InterruptedException {
        assertThat(allocated(Kind.INLINE)).isLessThan(0.5);
    }

    /** One in a batch is cut, and is collected in an array; that costs those behind it nothing. */
    @Test
    void aNotifyThatIsCutCostsTheOthersNoByte() throws InterruptedException {
        assertThat(allocated(Kind.INLINE, CUT_AT) * BatchClient.BATCH).isLessThan(CUT_FRAME_BYTES);
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCKING", "ASYNC"})
    void aHandlerThatMayAnswerLaterCosts500BytesAndThePayloadAtMost(Kind kind) throws InterruptedException {
        assertThat(allocated(kind)).isLessThan(500 + BatchClient.PAYLOAD);
    }

    /** How many writes there are for a batch, counted at the socket. */
    private static double writes(Kind kind) throws InterruptedException {
        try (Agent agent = start(kind);
                BatchClient client = new BatchClient(agent.addresses().getFirst(), CONNECTIONS)) {
            client.send(WARM_UP);
            long before = client.segments();
            client.send(BATCHES);
            return (double) (client.segments() - before) / (BATCHES * CONNECTIONS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INLINE", "ASYNC"})
    void whatIsAnsweredAtOnceIsWrittenAtOnce(Kind kind) throws InterruptedException {
        assertThat(writes(kind)).isEqualTo(1);
    }

    /** A thread that is held up in the middle of a batch announces what it has; more than that there is no reason for. */
    @Test
    void whatAThreadAnswersIsWrittenTogether() throws InterruptedException {
        assertThat(writes(Kind.BLOCKING)).isLessThan(3);
    }
}
