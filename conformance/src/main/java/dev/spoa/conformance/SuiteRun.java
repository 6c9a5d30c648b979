package dev.spoa.conformance;

import dev.spoa.conformance.Report.AgentEnd;
import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.AgentAddress;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of cases against one agent: those that may run together first, then one after the other those that may not,
 * and those that end the agent last.
 *
 * <p>
 * When the agent dies, and its command is known, it is started again, and each of the cases that ran at that moment is
 * run once more by itself, so that the one that killed it is known by name. Otherwise the run is over, and those that
 * ran at that moment are named together.
 */
public final class SuiteRun {
    private static final Duration UNTIL_KNOWN_DEAD = Duration.ofMillis(300);

    private final List<Case> cases;
    private final SocketAddress address;
    private final long seed;
    private final int parallel;
    private final @Nullable AgentCommand command;
    private final long pid;
    private final Consumer<CaseResult> listener;
    private final CaseRunner runner;
    private final Loss loss = new Loss();

    // guarded by this
    private final Map<String, CaseResult> results = new HashMap<>();
    private final List<Case> suspects = new ArrayList<>();
    private int starts;
    private boolean ended;

    private SuiteRun(Builder builder, List<Case> cases, SocketAddress address) {
        this.cases = cases;
        this.address = address;
        seed = builder.seed;
        parallel = builder.parallel;
        command = builder.command;
        pid = builder.pid;
        listener = builder.listener;
        runner = new CaseRunner(address, builder.patience, builder.limit, seed, this::pidOrNotRun);
    }

    private long pidOrNotRun() {
        if (command != null) {
            try {
                return command.pid();
            } catch (IllegalStateException e) {
                throw new NotRunException(String.valueOf(e.getMessage()));
            }
        }
        if (pid <= 0) {
            throw new NotRunException("needs --pid or --command");
        }
        return pid;
    }

    private Report run() {
        long start = System.nanoTime();
        String reason = unreachable();
        if (reason != null) {
            cases.forEach(one -> finish(new CaseResult(one, Outcome.NOT_RUN, "the agent cannot be reached",
                    Duration.ZERO)));
            return report(start, AgentEnd.UNREACHABLE, reason);
        }
        List<Case> together = new ArrayList<>(of(Case.Turn.FIRST));
        together.addAll(of(Case.Turn.TOGETHER));
        together(together);
        alone(takeSuspects());
        for (Case one : of(Case.Turn.ALONE)) {
            alone(List.of(one));
        }
        for (Case one : of(Case.Turn.LAST)) {
            last(one);
        }
        String trouble = loss.reason();
        return trouble == null ? report(start, AgentEnd.SERVED, "") : report(start, AgentEnd.LOST, trouble);
    }

    private @Nullable String unreachable() {
        try {
            if (command == null) {
                Peer.connect(address).close();
            } else {
                command.restart();
            }
            return null;
        } catch (AgentGoneException e) {
            return e.getMessage();
        } catch (UncheckedIOException e) {
            return String.valueOf(e.getCause());
        }
    }

    private Report report(long start, AgentEnd end, String trouble) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        synchronized (this) {
            return new Report(AgentAddress.format(address), seed, elapsed,
                    cases.stream().map(one -> results.get(one.id())).toList(), end, trouble);
        }
    }

    private List<Case> of(Case.Turn turn) {
        return cases.stream().filter(one -> one.turn() == turn).toList();
    }

    private void together(List<Case> these) {
        Queue<Case> queue = new ConcurrentLinkedQueue<>(these);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
            workers.add(Thread.ofVirtual().start(() -> {
                for (Case one = queue.poll(); one != null; one = queue.poll()) {
                    runOnce(one, true);
                }
            }));
        }
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                queue.clear();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the suite ran", e);
            }
        }
    }

    private void alone(List<Case> these) {
        these.forEach(one -> runOnce(one, false));
    }

    private void last(Case one) {
        if (command == null && ended) {
            finish(new CaseResult(one, Outcome.NOT_RUN, "another case has ended the agent; needs --command",
                    Duration.ZERO));
            return;
        }
        if (loss.reason() != null) {
            runOnce(one, false);
            return;
        }
        if (command != null && (ended || !command.isAlive())) {
            restart(starts());
        }
        CaseResult result = runner.run(one).result();
        ended = result.outcome() != Outcome.NOT_RUN;
        finish(result);
    }

    /** @param besideOthers whether another case, which runs at the same time, may be why the agent died */
    private void runOnce(Case one, boolean besideOthers) {
        String reason = loss.begin(one);
        if (reason != null) {
            finish(new CaseResult(one, Outcome.NOT_RUN, reason, Duration.ZERO));
            return;
        }
        int startsBefore = starts();
        CaseRunner.Verdict verdict = runner.run(one);
        CaseResult result = verdict.result();
        boolean died = verdict.gone() || hasDied(result, startsBefore);
        if (!died || result.outcome() == Outcome.NOT_RUN) {
            finish(result);
        } else if (command == null) {
            loss.bySomeoneWhoRuns();
            finish(dead(result, loss.otherSuspects(one)));
        } else {
            if (besideOthers) {
                suspect(one);
            } else {
                finish(dead(result, command.isAlive() ? "" : ": its process has ended" + command.describeEnd()));
            }
            restart(startsBefore);
        }
        loss.ended(one);
    }

    private static CaseResult dead(CaseResult result, String how) {
        return new CaseResult(result.of(), Outcome.FAILED, "the agent has died" + how
                + (result.details().isEmpty() ? "" : "\n" + result.details()), result.elapsed());
    }

    /**
     * Whether the agent has gone while a case ran. A connection may end a moment before its process is known to have
     * ended. Without a process to look at, an agent that accepts connections is alive.
     */
    private boolean hasDied(CaseResult result, int startsBefore) {
        if (command == null) {
            return result.outcome() == Outcome.FAILED && runner.isGone();
        }
        Duration moment = result.outcome() == Outcome.FAILED ? UNTIL_KNOWN_DEAD : Duration.ZERO;
        return command.endsWithin(moment) || starts() != startsBefore;
    }

    private synchronized void restart(int startsBefore) {
        if (starts != startsBefore || command == null) {
            return;
        }
        try {
            command.restart();
            starts++;
        } catch (AgentGoneException e) {
            loss.because("the agent has died and could not be started again: " + e.getMessage());
        }
    }

    private synchronized int starts() {
        return starts;
    }

    private synchronized void suspect(Case one) {
        suspects.add(one);
    }

    private synchronized List<Case> takeSuspects() {
        return List.copyOf(suspects);
    }

    private synchronized void finish(CaseResult result) {
        results.put(result.of().id(), result);
        listener.accept(result);
    }

    /** What is run, and how. */
    public static final class Builder {
        private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(5);
        private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);
        private static final int DEFAULT_PARALLEL = 8;

        private @Nullable SocketAddress address;
        private List<Case> cases = ConformanceSuite.cases();
        private Selection only = Selection.of(List.of());
        private Selection skip = Selection.of(List.of());
        private @Nullable Level level;
        private Duration patience = DEFAULT_PATIENCE;
        private Duration limit = DEFAULT_LIMIT;
        private int parallel = DEFAULT_PARALLEL;
        private long seed = ThreadLocalRandom.current().nextLong(Integer.MAX_VALUE);
        private @Nullable AgentCommand command;
        private long pid;
        private Consumer<CaseResult> listener = result -> {
        };

        Builder() {}

        /**
         * The agent.
         *
         * @param address where it listens
         * @return this
         */
        public Builder address(SocketAddress address) {
            this.address = AgentAddress.checked(address);
            return this;
        }

        /** Other cases than those of the suite. */
        Builder cases(List<Case> cases) {
            this.cases = List.copyOf(cases);
            return this;
        }

        /**
         * Only these cases. Default: all.
         *
         * @param ids ids like {@code C12}, which has the parts {@code C12.…} in it, with {@code *} for anything
         * @return this
         */
        public Builder only(List<String> ids) {
            only = Selection.of(ids);
            return this;
        }

        /**
         * Not these cases. Default: none.
         *
         * @param ids as for {@link #only}
         * @return this
         */
        public Builder skip(List<String> ids) {
            skip = Selection.of(ids);
            return this;
        }

        /**
         * Only cases of this level. Default: both.
         *
         * @param level the level
         * @return this
         */
        public Builder level(Level level) {
            this.level = level;
            return this;
        }

        /**
         * How long any one answer of the agent is waited for. Default: 5 seconds.
         *
         * @param patience more than zero
         * @return this
         */
        public Builder patience(Duration patience) {
            this.patience = positive("patience", patience);
            return this;
        }

        /**
         * How long a case may take. Default: 60 seconds.
         *
         * @param limit more than zero
         * @return this
         */
        public Builder limit(Duration limit) {
            this.limit = positive("limit", limit);
            return this;
        }

        private static Duration positive(String what, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(what + " must be more than zero, not " + duration);
            }
            return duration;
        }

        /**
         * How many cases run at the same time. Default: 8.
         *
         * @param parallel 1 or more
         * @return this
         */
        public Builder parallel(int parallel) {
            if (parallel < 1) {
                throw new IllegalArgumentException("parallel must be 1 or more, not " + parallel);
            }
            this.parallel = parallel;
            return this;
        }

        /**
         * What everything random is made from. Default: another one each time.
         *
         * @param seed any number
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * The agent is started by the run. The caller closes it afterwards.
         *
         * @param command how
         * @return this
         */
        public Builder command(AgentCommand command) {
            this.command = command;
            return this;
        }

        /**
         * The agent runs already, in this process, which one case will send a SIGTERM.
         *
         * @param pid its id
         * @return this
         */
        public Builder pid(long pid) {
            this.pid = pid;
            return this;
        }

        /**
         * Told of each result as it comes, by the thread that ran the case, one at a time.
         *
         * @param listener what to tell
         * @return this
         */
        public Builder onResult(Consumer<CaseResult> listener) {
            this.listener = listener;
            return this;
        }

        /**
         * The cases that were chosen.
         *
         * @return in the order of their ids
         */
        public List<Case> chosen() {
            return cases.stream().filter(one -> only.isEmpty() || only.has(one)).filter(one -> !skip.has(one))
                    .filter(one -> level == null || one.level() == level).toList();
        }

        /**
         * Runs them. Blocks until all have ended.
         *
         * @return what was found out
         * @throws IllegalStateException if there is no address
         */
        public Report run() {
            if (address == null) {
                throw new IllegalStateException("an address is needed");
            }
            return new SuiteRun(this, chosen(), address).run();
        }
    }
}
