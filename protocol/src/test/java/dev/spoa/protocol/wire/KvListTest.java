package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.4. */
class KvListTest {
    private static KvList list(String hex) {
        return KvList.read(Hex.bufferAt2(hex));
    }

    @Test
    void readsValuesByTheirKeys() {
        KvList list = list(Hex.kv("a", "080178") + Hex.kv("b", "0405") + Hex.kv("c", "11") + Hex.kv("d", "01"));

        assertThat(list.string("a")).isEqualTo("x");
        assertThat(list.requiredString("a", StatusCode.VERSION_NOT_FOUND)).isEqualTo("x");
        assertThat(list.integer("b")).isEqualTo(5);
        assertThat(list.requiredInteger("b", StatusCode.MAX_FRAME_SIZE_NOT_FOUND)).isEqualTo(5);
        assertThat(list.flag("c")).isTrue();
        assertThat(list.flag("d")).isFalse();
    }

    @Test
    void hasNothingForKeysThatDidNotCome() {
        KvList list = list("");

        assertThat(list.string("a")).isNull();
        assertThat(list.integer("a")).isNull();
        assertThat(list.flag("a")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"02 F2 3E", "03 F2 3E", "04 F2 3E", "05 F2 3E"})
    void takesTheFourIntegerTypesAlike(String value) {
        assertThat(list(Hex.kv("a", value)).integer("a")).isEqualTo(1234);
    }

    @Test
    void countsTheLastOfADuplicateKey() {
        KvList list = list(Hex.kv("a", "080178") + Hex.kv("b", "00") + Hex.kv("a", "080179"));

        assertThat(list.string("a")).isEqualTo("y");
        assertThat(list.indexOf("a")).isEqualTo(2 + 5 + 3 + 2);
    }

    @Test
    void matchesKeysAsAWholeAndByCase() {
        KvList list = list(Hex.kv("version-info", "080178") + Hex.kv("Version", "080178") + Hex.kv("versio", "080178"));

        assertThat(list.string("version")).isNull();
    }

    @Test
    void knowsWhereAValueIs() {
        KvList list = list(Hex.kv("a", "00") + Hex.kv("bcd", "00"));

        assertThat(list.indexOf("a")).isEqualTo(2 + 2);
        assertThat(list.indexOf("bcd")).isEqualTo(2 + 3 + 4);
        assertThat(list.indexOf("e")).isEqualTo(2);
    }

    @Test
    void saysWhichKeyIsMissingAndWhichCame() {
        KvList list = list(Hex.kv("b", "00") + Hex.kv("a", "00"));

        assertThat(Refusal.of(() -> list.requiredString("version", StatusCode.VERSION_NOT_FOUND)))
                .isEqualTo(new Refusal(StatusCode.VERSION_NOT_FOUND, 2,
                        "expected the key version, but only [b, a] came"));
        assertThat(Refusal.of(() -> list.requiredInteger("size", StatusCode.MAX_FRAME_SIZE_NOT_FOUND)))
                .isEqualTo(new Refusal(StatusCode.MAX_FRAME_SIZE_NOT_FOUND, 2,
                        "expected the key size, but only [b, a] came"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00                                  | NULL   | string | number | flag
            11                                  | BOOL   | string | number | -
            02 05                               | INT32  | string | -      | flag
            03 05                               | UINT32 | string | -      | flag
            04 05                               | INT64  | string | -      | flag
            05 05                               | UINT64 | string | -      | flag
            06 C0000201                         | IPV4   | string | number | flag
            07 20010DB8000000000000000000000001 | IPV6   | string | number | flag
            08 00                               | STRING | -      | number | flag
            09 00                               | BINARY | string | number | flag
            """)
    void saysWhichTypeWasExpectedAndWhichCame(String value, String type, String string, String number, String flag) {
        KvList list = list(Hex.kv("ab", value));

        if (!string.equals("-")) {
            assertThat(Refusal.of(() -> list.string("ab")))
                    .isEqualTo(Refusal.invalid(5, "expected ab to be STRING, but it came as " + type));
        }
        if (!number.equals("-")) {
            assertThat(Refusal.of(() -> list.integer("ab")))
                    .isEqualTo(Refusal.invalid(5, "expected ab to be an integer, but it came as " + type));
        }
        if (!flag.equals("-")) {
            assertThat(Refusal.of(() -> list.flag("ab")))
                    .isEqualTo(Refusal.invalid(5, "expected ab to be BOOL, but it came as " + type));
        }
    }

    /** A16. */
    @Test
    void rejectsAnEmptyKey() {
        assertThat(Refusal.of(() -> list(Hex.kv("a", "00") + "00 00")))
                .isEqualTo(Refusal.invalid(5, "an empty key in a list of keys and values"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            F0            | 2 | varint cut by the end of the frame
            02 61         | 2 | a length of 2 where 1 bytes are left in the frame
            01 61         | 4 | typed data of 1 byte or more where 0 are left in the frame
            01 61 04      | 5 | varint cut by the end of the frame
            01 61 08 02 61| 5 | a length of 2 where 1 bytes are left in the frame
            01 61 0A      | 4 | typed data of type 10 where 0 to 9 are known
            01 61 00 01   | 5 | a length of 1 where 0 bytes are left in the frame
            """)
    void rejectsAMalformedPair(String hex, int index, String message) {
        assertThat(Refusal.of(() -> list(hex))).isEqualTo(Refusal.invalid(index, message));
    }

    @Test
    void writesAKeyAndAValue() {
        assertThat(Hex.written(out -> KvList.write(out, "healthcheck", Value.TRUE)))
                .isEqualTo(Hex.compact("0b 6865616c7468636865636b 11"));
    }
}
