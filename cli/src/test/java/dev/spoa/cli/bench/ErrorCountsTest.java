package dev.spoa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorCountsTest {
    @Test
    void countsByKindAndKeepsTheFirst() {
        ErrorCounts errors = new ErrorCounts();
        errors.add("b", "one");
        errors.add("a", "two");
        errors.add("b", "three");
        assertThat(errors.byKind()).containsExactly(Map.entry("a", new ErrorCount(1, "two")),
                Map.entry("b", new ErrorCount(2, "one")));
    }

    @Test
    void addsThoseOfAnother() {
        ErrorCounts errors = new ErrorCounts();
        errors.add("a", "one");
        ErrorCounts others = new ErrorCounts();
        others.add("a", "two");
        others.add("b", "three");
        errors.addAll(others);
        assertThat(errors.byKind()).containsExactly(Map.entry("a", new ErrorCount(2, "one")),
                Map.entry("b", new ErrorCount(1, "three")));
    }

    @Test
    void countsKindsBeyondTheLimitTogether() {
        ErrorCounts errors = new ErrorCounts();
        for (int i = 0; i < ErrorCounts.MAX_KINDS + 5; i++) {
            errors.add("kind " + i, "");
        }
        errors.add("kind 3", "");
        assertThat(errors.byKind()).hasSize(ErrorCounts.MAX_KINDS + 1);
        assertThat(errors.byKind().get(ErrorCounts.OTHER).number()).isEqualTo(5);
        assertThat(errors.byKind().get("kind 3").number()).isEqualTo(2);
    }

    @Test
    void showsNoControlCharacterOfTheAgentsAndNoLongText() {
        ErrorCounts errors = new ErrorCounts();
        errors.add("agent-error:\u001b[2J", "\r" + "x".repeat(10_000));
        ErrorCount count = errors.byKind().get("agent-error:\\x1b[2J");
        assertThat(count.first()).startsWith("\\rxxx").hasSizeLessThan(500);
    }
}
