package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.StatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 4.1. */
class DisconnectTest {
    private static Disconnect read(String hex) {
        return Disconnect.read(Hex.bufferAt2(hex));
    }

    @ParameterizedTest
    @EnumSource
    void carriesEveryStatusWithHaproxysText(StatusCode status) {
        String hex = Hex.kv("status-code", "03" + "%02x".formatted(status.code()))
                + Hex.kv("message", "08" + Hex.string(status.reason()));

        assertThat(Hex.written(new Disconnect(status)::write)).isEqualTo(hex);
        assertThat(read(hex)).isEqualTo(new Disconnect(status.code(), status.reason()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            02 04                     | 4
            04 C8                     | 200
            05 FFF0FEFEFEFEFEFEFE0E   | -1
            """)
    void readsAnyNumberOfAnyIntegerType(String value, long code) {
        assertThat(read(Hex.kv("message", "080178") + Hex.kv("status-code", value)))
                .isEqualTo(new Disconnect(code, "x"));
    }

    @Test
    void mayLackBothKeys() {
        assertThat(read("")).isEqualTo(new Disconnect(99, ""));
        assertThat(read(Hex.kv("status-code", "0300"))).isEqualTo(new Disconnect(0, ""));
        assertThat(read(Hex.kv("message", "080178") + Hex.kv("other", "00"))).isEqualTo(new Disconnect(99, "x"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            status-code | 0800 | 14 | expected status-code to be an integer, but it came as STRING
            message     | 0900 | 10 | expected message to be STRING, but it came as BINARY
            """)
    void rejectsAKeyOfTheWrongType(String key, String value, int index, String message) {
        assertThat(Refusal.of(() -> read(Hex.kv(key, value)))).isEqualTo(Refusal.invalid(index, message));
    }

    @Test
    void rejectsAnEmptyKey() {
        assertThat(Refusal.of(() -> read("00 0300")))
                .isEqualTo(Refusal.invalid(2, "an empty key in a list of keys and values"));
    }
}
