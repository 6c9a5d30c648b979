package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.4. */
class ScopeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | proc | PROCESS
            1 | sess | SESSION
            2 | txn  | TRANSACTION
            3 | req  | REQUEST
            4 | res  | RESPONSE
            """)
    void hasTheCodesAndPrefixesOfTheProtocol(int code, String prefix, Scope scope) {
        assertThat(scope.code()).isEqualTo(code);
        assertThat(scope.prefix()).isEqualTo(prefix);
        assertThat(Scope.ofCode(code)).contains(scope);
        assertThat(Scope.values()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5, 6, 127, 128, 255, 256, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void knowsNoOtherCodes(int code) {
        assertThat(Scope.ofCode(code)).isEmpty();
    }
}
