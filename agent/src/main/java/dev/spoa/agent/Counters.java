package dev.spoa.agent;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What an agent counts, from any thread. */
final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder refusedConnections = new LongAdder();
    final LongAdder rejectedConnections = new LongAdder();
    final LongAdder healthChecks = new LongAdder();
    final LongAdder notifications = new LongAdder();
    final LongAdder acks = new LongAdder();
    final LongAdder superseded = new LongAdder();
    final LongAdder lateResults = new LongAdder();
    final LongAdder lateActions = new LongAdder();
    final LongAdder protocolErrors = new LongAdder();
    final LongAdder slowHandlers = new LongAdder();
    private final Map<FailureKind, LongAdder> failures = new EnumMap<>(FailureKind.class);

    Counters() {
        for (FailureKind kind : FailureKind.values()) {
            failures.put(kind, new LongAdder());
        }
    }

    LongAdder failures(FailureKind kind) {
        return failures.computeIfAbsent(kind, unused -> new LongAdder());
    }

    AgentStatistics snapshot(int connections, long inFlight) {
        Map<FailureKind, Long> byKind = new EnumMap<>(FailureKind.class);
        failures.forEach((kind, count) -> byKind.put(kind, count.sum()));
        return new AgentStatistics(connections, accepted.sum(), refusedConnections.sum(),
                rejectedConnections.sum(), healthChecks.sum(), notifications.sum(), acks.sum(), inFlight,
                superseded.sum(), lateResults.sum(), lateActions.sum(),
                protocolErrors.sum(), slowHandlers.sum(), byKind);
    }
}
