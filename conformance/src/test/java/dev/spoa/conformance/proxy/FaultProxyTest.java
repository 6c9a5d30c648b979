package dev.spoa.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.conformance.ConformanceSuite;
import dev.spoa.conformance.Level;
import dev.spoa.conformance.Report;
import dev.spoa.fixture.FixtureAgent;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong between a good agent and the suite is noticed. The runs mostly wait, so many go side by side. */
class FaultProxyTest {
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L);
    /** Short conversations of each kind: HELLO, one NOTIFY, several messages, NOTIFYs at once and in turn, the end. */
    private static final List<String> CASES = List.of("C01", "C16", "C19", "C20", "C23", "C30", "C33", "C38");
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int AT_ONCE = 12;

    private static final Map<Harm, Result> RESULTS = new LinkedHashMap<>();

    record Harm(Mutation mutation, Direction direction, long seed) {}

    private record Result(Report report, List<Injection> injections) {}

    /** All of them here, for the agent holds buffers as long as one runs, and the tests must leave none. */
    @BeforeAll
    static void runAll() throws ExecutionException, InterruptedException {
        // inline handlers have answered a NOTIFY before its duplicate comes, which would supersede it otherwise
        try (Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.INLINE).listen("127.0.0.1:0")
                .start();
                ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            Map<Harm, Future<Result>> runs = new LinkedHashMap<>();
            harms().forEach(harm -> runs.put(harm, pool.submit(() -> run(agent.addresses().getFirst(), harm))));
            for (Map.Entry<Harm, Future<Result>> run : runs.entrySet()) {
                RESULTS.put(run.getKey(), run.getValue().get());
            }
        }
    }

    static Stream<Harm> harms() {
        return Stream.of(Mutation.values()).filter(mutation -> mutation != Mutation.NONE)
                .flatMap(mutation -> Stream.of(Direction.values())
                        .flatMap(direction -> SEEDS.stream().map(seed -> new Harm(mutation, direction, seed))));
    }

    private static Result run(SocketAddress agent, Harm harm) {
        try (FaultProxy proxy = new FaultProxy(agent, harm.mutation, harm.direction,
                harm.seed)) {
            // one after the other, so that the number of each connection is the same in every run
            Report report = ConformanceSuite.builder().address(proxy.address()).level(Level.MUST).only(CASES)
                    .patience(PATIENCE).parallel(1).seed(harm.seed).run();
            return new Result(report, proxy.injections());
        }
    }

    @ParameterizedTest
    @MethodSource("harms")
    void isNoticed(Harm harm) {
        Result result = RESULTS.get(harm);
        assertThat(result.injections).as("faults injected by %s", harm).isNotEmpty();
        assertThat(result.report.failures()).as("failures with %s", result.injections).isNotEmpty();
    }
}
