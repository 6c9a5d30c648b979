package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentStatisticsTest {
    @Test
    void hasAnEntryForEveryKindOfFailure() {
        assertThat(new Counters().snapshot(0, 0).failures()).containsOnlyKeys(FailureKind.values())
                .allSatisfy((kind, count) -> assertThat(count).isZero());
    }

    @Test
    void tellsEachFigureInItsPlace() {
        Counters counters = new Counters();
        counters.accepted.add(1);
        counters.refusedConnections.add(2);
        counters.rejectedConnections.add(22);
        counters.healthChecks.add(3);
        counters.notifications.add(4);
        counters.acks.add(5);
        counters.superseded.add(6);
        counters.lateResults.add(7);
        counters.lateActions.add(8);
        counters.protocolErrors.add(9);
        counters.slowHandlers.add(30);
        int figure = 10;
        for (FailureKind kind : FailureKind.values()) {
            counters.failures(kind).add(figure++);
        }

        AgentStatistics statistics = counters.snapshot(20, 21);

        assertThat(statistics).isEqualTo(new AgentStatistics(20, 1, 2, 22, 3, 4, 5, 21, 6, 7, 8, 9, 30,
                Map.of(FailureKind.HANDLER_ERROR, 10L, FailureKind.BAD_ARGUMENT, 11L, FailureKind.UNKNOWN_MESSAGE, 12L,
                        FailureKind.DEADLINE, 13L, FailureKind.OVERLOAD, 14L, FailureKind.REPLY_TOO_LARGE, 15L)));
    }

    @Test
    void doesNotChangeWithTheMapThatItWasMadeOf() {
        Map<FailureKind, Long> failures = new EnumMap<>(Map.of(FailureKind.DEADLINE, 1L));
        AgentStatistics statistics = new AgentStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, failures);

        failures.put(FailureKind.DEADLINE, 2L);

        assertThat(statistics.failures()).containsExactly(Map.entry(FailureKind.DEADLINE, 1L));
    }

    @Test
    void namesEachKindAsARuleInHaproxySeesIt() {
        assertThat(FailureKind.values()).extracting(FailureKind::text).containsExactly("handler-error",
                "bad-argument", "unknown-message", "deadline", "overload", "reply-too-large");
    }
}
