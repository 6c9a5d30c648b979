package dev.spoa.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.conformance.Report.AgentEnd;
import dev.spoa.engine.raw.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runner, with cases that are made for it and an agent that only listens. */
final class SuiteRunTest {
    private ServerSocket agent;

    @BeforeEach
    void listen() throws IOException {
        agent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    private SuiteRun.Builder suite(Case... cases) {
        return ConformanceSuite.builder().cases(List.of(cases)).address(agent.getLocalSocketAddress());
    }

    private static Case must(String id, Check check) {
        return Case.must(id, "title of " + id, "9.1", check);
    }

    private static void passes(Target target) {}

    @Test
    void eachCaseIsRunOnceAndReportedInItsPlace() {
        AtomicInteger runs = new AtomicInteger();
        Case[] cases = IntStream.range(100, 150).mapToObj(i -> must("C" + i, target -> runs.incrementAndGet()))
                .toArray(Case[]::new);
        List<CaseResult> told = Collections.synchronizedList(new ArrayList<>());
        Report report = suite(cases).onResult(told::add).seed(7).run();
        assertThat(report.results()).extracting(CaseResult::of).containsExactly(cases);
        assertThat(told).containsExactlyInAnyOrderElementsOf(report.results());
        assertThat(runs).hasValue(50);
        assertThat(report.count(Level.MUST, Outcome.PASSED)).isEqualTo(50);
        assertThat(report.isConformant(true)).isTrue();
        assertThat(report.seed()).isEqualTo(7);
    }

    @Test
    void whatACaseThrowsIsItsResult() {
        Report report = suite(must("C01", target -> {
            throw new AssertionError("expected 1, but there came 2");
        }), must("C02", target -> {
            throw new NotRunException("no reason");
        }), must("C03", target -> {
            throw new UncheckedIOException("the agent has not taken it", new IOException("Broken pipe"));
        }), must("C04", target -> {
            throw new IllegalStateException("a fault of the case");
        }), must("C05", target -> {
            throw new IOException("no route");
        }), must("C06", target -> {
            throw new StackOverflowError("too deep");
        }), must("C07", target -> {
            throw new NoClassDefFoundError("dev/spoa/Missing");
        })).run();
        assertThat(report.result("C01")).extracting(CaseResult::outcome, CaseResult::details)
                .containsExactly(Outcome.FAILED, "expected 1, but there came 2");
        assertThat(report.result("C02")).extracting(CaseResult::outcome, CaseResult::details)
                .containsExactly(Outcome.NOT_RUN, "no reason");
        assertThat(report.result("C03").details()).contains("the agent has not taken it", "Broken pipe");
        assertThat(report.result("C04").details()).contains("a fault of the case", "SuiteRunTest");
        assertThat(report.result("C05").details()).isEqualTo("no route");
        assertThat(report.result("C06")).extracting(CaseResult::outcome).isEqualTo(Outcome.FAILED);
        assertThat(report.result("C06").details()).contains("StackOverflowError: too deep");
        assertThat(report.result("C07").details()).contains("NoClassDefFoundError: dev/spoa/Missing");
        assertThat(report.failures()).hasSize(6);
        assertThat(report.isConformant(false)).isFalse();
        assertThatThrownBy(() -> report.result("C99")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("C99");
    }

    @Test
    void onlyMustCasesCountUnlessStrict() {
        Report report = suite(Case.should("C01", "", "", target -> {
            throw new AssertionError("no");
        })).run();
        assertThat(report.isConformant(false)).isTrue();
        assertThat(report.isConformant(true)).isFalse();
    }

    @Test
    void caseThatHangsFailsWithItsStackAndOthersGoOn() {
        Report report = suite(must("C01", target -> new CountDownLatch(1).await()), must("C02", Target::mux),
                must("C03", SuiteRunTest::passes)).limit(Duration.ofMillis(300)).patience(Duration.ofMinutes(5))
                .parallel(1).run();
        assertThat(report.result("C01").details()).contains("did not end within PT0.3S", "CountDownLatch.await");
        assertThat(report.result("C02").details()).contains("did not end within PT0.3S", "Peer.");
        assertThat(report.result("C03").outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void patienceIsHowLongAnAnswerIsWaitedFor() {
        Report report = suite(must("C01", Target::mux)).patience(Duration.ofMillis(50)).run();
        assertThat(report.result("C01").details()).contains("nothing within PT0.05S");
    }

    @Test
    void connectionsOfACaseEndWithIt() throws IOException {
        Report report = suite(must("C01", target -> target.connect().send("a".getBytes(UTF_8))),
                must("C02", target -> {
                    target.connect();
                    throw new AssertionError("fails");
                })).run();
        assertThat(report.results()).hasSize(2);
        // one to see whether the agent is there, and one to see whether the case that fails has ended it
        try (Socket first = agent.accept();
                Socket second = agent.accept();
                Socket third = agent.accept();
                Socket fourth = agent.accept()) {
            assertThat(Stream.of(first, second, third, fourth).map(SuiteRunTest::readAll))
                    .containsExactlyInAnyOrder("", "a", "", "");
        }
    }

    private static String readAll(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void asManyCasesRunTogetherAsToldAndNoMore() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier three = new CyclicBarrier(3);
        Case[] cases = IntStream.range(10, 22).mapToObj(i -> must("C" + i, target -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.await(10, TimeUnit.SECONDS);
            running.decrementAndGet();
        })).toArray(Case[]::new);
        assertThat(suite(cases).parallel(3).run().failures()).isEmpty();
        assertThat(most).hasValue(3);
    }

    @Test
    void thoseThatMustBeAloneAreAndThoseThatEndTheAgentComeLast() {
        AtomicInteger running = new AtomicInteger();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Check alone = target -> {
            order.add(Thread.currentThread().getName());
            if (running.incrementAndGet() != 1) {
                throw new AssertionError("another case runs");
            }
            running.decrementAndGet();
        };
        Check together = target -> {
            running.incrementAndGet();
            order.add(Thread.currentThread().getName());
            running.decrementAndGet();
        };
        Report report = suite(must("C01", alone).last(), must("C02", alone).alone(), must("C03", together),
                must("C04", alone).alone(), must("C05", together), must("C06", SuiteRunTest::passes).last(),
                must("C07", together).first()).run();
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder("C03", "C05", "C07");
        assertThat(order.subList(3, 6)).containsExactly("C02", "C04", "C01");
        assertThat(report.failures()).isEmpty();
        assertThat(report.result("C06")).extracting(CaseResult::outcome, CaseResult::details)
                .containsExactly(Outcome.NOT_RUN, "another case has ended the agent; needs --command");
    }

    @Test
    void whenTheAgentIsGoneTheRestIsNotWaitedFor() {
        Case[] cases = IntStream.range(10, 40).mapToObj(i -> must("C" + i, i == 12 ? target -> {
            agent.close();
            target.connect();
        } : Target::connect)).toArray(Case[]::new);
        Report report = suite(cases).parallel(1).run();
        assertThat(report.end()).isEqualTo(AgentEnd.LOST);
        assertThat(report.isConformant(false)).isFalse();
        assertThat(report.trouble()).isEqualTo("the agent is gone since C12");
        assertThat(report.result("C12").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.result("C12").details()).contains("accepts no connections any more", "Connection refused");
        assertThat(report.count(Level.MUST, Outcome.PASSED)).isEqualTo(2);
        assertThat(report.count(Level.MUST, Outcome.NOT_RUN)).isEqualTo(27);
        assertThat(report.result("C39").details()).isEqualTo("the agent is gone since C12");
    }

    @Test
    void caseThatFailsWhenItEndsTheAgentIsNamedAndNotTheNext() {
        Report report = suite(must("C10", target -> {
            agent.close();
            throw new AssertionError("the connection has ended");
        }), must("C11", Target::connect)).parallel(1).run();
        assertThat(report.trouble()).isEqualTo("the agent is gone since C10");
        assertThat(report.result("C10").details()).isEqualTo("the agent has died\nthe connection has ended");
        assertThat(report.result("C11").outcome()).isEqualTo(Outcome.NOT_RUN);
    }

    @Test
    void casesThatFailTogetherWhenTheAgentIsGoneAreNamedTogether() {
        CyclicBarrier both = new CyclicBarrier(2);
        Case[] cases = {must("C10", target -> {
            both.await(10, TimeUnit.SECONDS);
            agent.close();
            both.await(10, TimeUnit.SECONDS);
            throw new AssertionError("the connection has ended");
        }), must("C11", target -> {
            both.await(10, TimeUnit.SECONDS);
            both.await(10, TimeUnit.SECONDS);
            target.connect();
        }), must("C12", Target::connect).alone()};
        Report report = suite(cases).parallel(2).run();
        assertThat(report.end()).isEqualTo(AgentEnd.LOST);
        assertThat(report.trouble()).isEqualTo("the agent is gone since these ran at the same time: C10, C11");
        assertThat(report.result("C10").details()).startsWith("the agent has died; that may be because of this case or"
                + " of one that ran at the same time: C11 (").endsWith("\nthe connection has ended");
        assertThat(report.result("C11").details()).startsWith("the agent has died; ").contains("same time: C10 (",
                "accepts no connections any more");
        assertThat(report.result("C12").details()).isEqualTo(report.trouble());
    }

    @Test
    void agentThatIsNotThereIsSaidOnce() throws IOException {
        agent.close();
        Report report = suite(must("C01", SuiteRunTest::passes)).run();
        assertThat(report.end()).isEqualTo(AgentEnd.UNREACHABLE);
        assertThat(report.trouble()).contains("Connection refused");
        assertThat(report.result("C01").outcome()).isEqualTo(Outcome.NOT_RUN);
        assertThat(report.isConformant(false)).isFalse();
    }

    @Test
    void casesThatNeedTheProcessAreRunWhenItIsKnown() {
        Case one = must("C01", target -> {
            throw new AssertionError("pid " + target.pid());
        });
        assertThat(suite(one).run().result("C01")).extracting(CaseResult::outcome, CaseResult::details)
                .containsExactly(Outcome.NOT_RUN, "needs --pid or --command");
        assertThat(suite(one).pid(4_711).run().result("C01").details()).isEqualTo("pid 4711");
    }

    @Test
    void whatIsChosenIsChosenByIdAndLevel() {
        Case[] cases = {must("A01", SuiteRunTest::passes), must("C01", SuiteRunTest::passes),
            Case.should("C01.x", "", "", SuiteRunTest::passes), must("C02", SuiteRunTest::passes)};
        assertThat(suite(cases).only(List.of("C*")).skip(List.of("C02")).chosen()).extracting(Case::id)
                .containsExactly("C01", "C01.x");
        assertThat(suite(cases).only(List.of("C*")).level(Level.SHOULD).run().results())
                .extracting(result -> result.of().id()).containsExactly("C01.x");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        SuiteRun.Builder builder = ConformanceSuite.builder();
        assertThatThrownBy(() -> builder.patience(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("patience must be more than zero, not PT0S");
        assertThatThrownBy(() -> builder.limit(Duration.ofSeconds(-1))).hasMessageContaining("limit must be more");
        assertThatThrownBy(() -> builder.parallel(0)).hasMessage("parallel must be 1 or more, not 0");
        assertThatThrownBy(builder::run).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void peerKnowsWhatWasNotAgreedOn() {
        Peer peer = Peer.connect(agent.getLocalSocketAddress());
        try (peer) {
            assertThatThrownBy(peer::offer).isInstanceOf(IllegalStateException.class);
        }
    }
}
