package dev.spoa.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs one case: gives it a target, closes what it opened, and ends it when it takes too long. */
final class CaseRunner {
    private static final Duration UNTIL_INTERRUPTED = Duration.ofSeconds(1);

    private final SocketAddress address;
    private final Duration patience;
    private final Duration limit;
    private final long seed;
    private final LongSupplier pid;

    CaseRunner(SocketAddress address, Duration patience, Duration limit, long seed, LongSupplier pid) {
        this.address = address;
        this.patience = patience;
        this.limit = limit;
        this.seed = seed;
        this.pid = pid;
    }

    /**
     * What became of a case.
     *
     * @param gone whether it found the agent gone
     */
    record Verdict(CaseResult result, boolean gone) {}

    Verdict run(Case one) {
        long start = System.nanoTime();
        // a case has passed when its thread has said so, and not because nothing was heard of it
        AtomicReference<@Nullable Throwable> thrown =
                new AtomicReference<>(new IllegalStateException("the case has ended without a result"));
        String hung = "";
        Target target = new Target(address, patience, seed, pid);
        try {
            Thread thread = Thread.ofVirtual().name(one.id()).start(() -> thrown.set(failureOf(one, target)));
            if (!hasEnded(thread, limit)) {
                hung = "did not end within " + limit + "; it was at\n" + stackOf(thread);
                target.closeAll();
                thread.interrupt();
                hasEnded(thread, UNTIL_INTERRUPTED);
            }
        } finally {
            target.closeAll();
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        if (!hung.isEmpty()) {
            return new Verdict(new CaseResult(one, Outcome.FAILED, hung, elapsed), false);
        }
        Throwable failure = thrown.get();
        Outcome outcome = failure == null ? Outcome.PASSED
                : failure instanceof NotRunException ? Outcome.NOT_RUN : Outcome.FAILED;
        return new Verdict(new CaseResult(one, outcome, failure == null ? "" : describe(failure), elapsed),
                failure instanceof AgentGoneException);
    }

    /** Whether nothing listens at the agent's address any more. */
    boolean isGone() {
        Target target = new Target(address, patience, seed, pid);
        try {
            target.connect();
            return false;
        } catch (AgentGoneException e) {
            return true;
        } finally {
            target.closeAll();
        }
    }

    private static @Nullable Throwable failureOf(Case one, Target target) {
        try {
            one.run(target);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        } catch (Throwable e) {
            return e;
        }
    }

    private static boolean hasEnded(Thread thread, Duration limit) {
        try {
            return thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String stackOf(Thread thread) {
        return Arrays.stream(thread.getStackTrace()).map(element -> "    at " + element)
                .collect(Collectors.joining("\n"));
    }

    private static String describe(Throwable failure) {
        return switch (failure) {
            case AssertionError e -> String.valueOf(e.getMessage());
            case NotRunException e -> String.valueOf(e.getMessage());
            case AgentGoneException e -> String.valueOf(e.getMessage());
            case UncheckedIOException e -> e.getMessage() + ": " + String.valueOf(e.getCause());
            case IOException e -> String.valueOf(e.getMessage());
            default -> failure + placeOf(failure);
        };
    }

    private static String placeOf(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(element -> element.getClassName().startsWith(CaseRunner.class.getPackageName())).findFirst()
                .map(element -> " at " + element).orElse("");
    }
}
