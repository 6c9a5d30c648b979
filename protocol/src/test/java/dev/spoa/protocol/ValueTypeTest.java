package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.3. */
class ValueTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | NULL
            1 | BOOL
            2 | INT32
            3 | UINT32
            4 | INT64
            5 | UINT64
            6 | IPV4
            7 | IPV6
            8 | STRING
            9 | BINARY
            """)
    void hasTheCodesOfTheProtocol(int code, ValueType type) {
        assertThat(type.code()).isEqualTo(code);
        assertThat(ValueType.ofCode(code)).contains(type);
        assertThat(ValueType.values()).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, 11, 12, 13, 14, 15, 16, 255, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void knowsNoOtherCodes(int code) {
        assertThat(ValueType.ofCode(code)).isEmpty();
    }
}
