package dev.spoa.conformance.broken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.conformance.CaseResult;
import dev.spoa.conformance.ConformanceSuite;
import dev.spoa.conformance.Level;
import dev.spoa.conformance.Outcome;
import dev.spoa.conformance.Report;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault is caught by a case that names it. The agents mostly wait, so that many of them run side by side. */
class BrokenAgentTest {
    private static final int AT_ONCE = 24;
    /** More than any case lets a handler sleep, and what a broken agent never answers is waited for so long. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final ExecutorService POOL = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
    private static final Map<Fault, Future<Report>> RUNS = new EnumMap<>(Fault.class);

    @BeforeAll
    static void runAll() {
        // first the one that takes as long as a handshake may
        RUNS.put(Fault.HELLO_TIMEOUT_MISSING, POOL.submit(() -> run(Fault.HELLO_TIMEOUT_MISSING)));
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.NONE, Fault.HELLO_TIMEOUT_MISSING))) {
            RUNS.put(fault, POOL.submit(() -> run(fault)));
        }
    }

    @AfterAll
    static void end() {
        POOL.shutdownNow();
    }

    private static Report run(Fault fault) {
        try (BrokenAgent agent = new BrokenAgent(fault)) {
            return ConformanceSuite.builder().address(agent.address()).only(fault.cases())
                    .level(fault.level()).patience(PATIENCE)
                    .parallel(1).seed(1).run();
        }
    }

    /** What fails with a fault fails because of it, and not because of so little patience. */
    @ParameterizedTest
    @EnumSource
    void theSameCasesPassWithoutAFault(Level level) {
        List<Fault> faults = EnumSet.complementOf(EnumSet.of(Fault.NONE)).stream()
                .filter(fault -> fault.level() == level).toList();
        List<String> cases = faults.stream().flatMap(fault -> fault.cases().stream()).distinct().toList();
        try (BrokenAgent agent = new BrokenAgent(Fault.NONE)) {
            Report report = ConformanceSuite.builder().address(agent.address()).only(cases).level(level)
                    .patience(PATIENCE).seed(1).run();
            assertThat(report.results()).hasSizeGreaterThanOrEqualTo(faults.size() / 2)
                    .allMatch(one -> one.outcome() == Outcome.PASSED);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isCaughtByACaseThatNamesIt(Fault fault) throws ExecutionException, InterruptedException {
        Report report = RUNS.get(fault).get();
        List<String> failures = report.failures().stream().filter(one -> one.of().level() == fault.level())
                .map(BrokenAgentTest::text).toList();
        assertThat(failures).as("failures of %s, of which one must match %s; all results: %s", fault, fault.word(),
                report.results()).anyMatch(fault::isNamedBy);
    }

    private static String text(CaseResult result) {
        return result.of().id() + " " + result.of().title() + ": " + result.details();
    }
}
