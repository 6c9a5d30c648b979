package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.Scope;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VariableNamesTest {
    private final VariableNames names = new VariableNames(10);

    @Test
    void encodesANameOnce() {
        byte[] first = names.encode(Scope.SESSION, "ip_score");

        assertThat(first).isEqualTo("\10ip_score".getBytes(StandardCharsets.US_ASCII));
        assertThat(names.encode(Scope.TRANSACTION, "ip_".concat("score"))).isSameAs(first);
    }

    @Test
    void tellsNamesApartThatShareASlot() {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());

        assertThat(names.encode(Scope.SESSION, "Aa")).containsExactly(2, 'A', 'a');
        assertThat(names.encode(Scope.SESSION, "BB")).containsExactly(2, 'B', 'B');
        assertThat(names.encode(Scope.SESSION, "Aa")).containsExactly(2, 'A', 'a');
    }

    @Test
    void refusesANameForOneScopeThatItHasTakenForAnother() {
        String name = "n".repeat(63 - "txn".length() - 1 - 10 - 1);

        assertThat(names.encode(Scope.TRANSACTION, name)).hasSize(1 + name.length());
        assertThatThrownBy(() -> names.encode(Scope.SESSION, name)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it has 64 bytes");
        assertThat(names.encode(Scope.TRANSACTION, name)).hasSize(1 + name.length());
    }

    @Test
    void refusesABadNameAgainAndAgain() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> names.encode(Scope.SESSION, "a-b")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
