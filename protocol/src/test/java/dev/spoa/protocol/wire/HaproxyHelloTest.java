package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.StatusCode;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 2.1; the cases C08 to C11 and C15, A09 to A12. */
class HaproxyHelloTest {
    private static final String VERSIONS = Hex.kv("supported-versions", "08" + Hex.string("2.0"));
    private static final String SIZE = Hex.kv("max-frame-size", "03 fcf006");
    private static final String CAPABILITIES = Hex.kv("capabilities", "08" + Hex.string("pipelining"));
    private static final String ENGINE_ID = Hex.kv("engine-id", "08" + Hex.string("e"));
    private static final String WHOLE = VERSIONS + SIZE + CAPABILITIES + ENGINE_ID;
    private static final HaproxyHello HELLO = new HaproxyHello("2.0", 16380, Set.of(Capability.PIPELINING), "e", false);
    /** Of a value, behind two bytes and its key. */
    private static final int VERSIONS_VALUE = 2 + 19;
    private static final int SIZE_VALUE = 2 + 24 + 15;

    private static HaproxyHello read(String hex) {
        ByteBuf in = Hex.bufferAt2(hex);
        HaproxyHello hello = HaproxyHello.read(in);
        assertThat(in.isReadable()).isFalse();
        return hello;
    }

    @Test
    void readsWhatHaproxySends() {
        assertThat(read(WHOLE)).isEqualTo(HELLO);
    }

    /** C10. */
    @Test
    void takesTheKeysInAnyOrder() {
        List<String> keys = List.of(VERSIONS, SIZE, CAPABILITIES, ENGINE_ID);
        for (int first = 0; first < 4; first++) {
            for (int second = 0; second < 4; second++) {
                for (int third = 0; third < 4; third++) {
                    int fourth = 6 - first - second - third;
                    if (Set.copyOf(Arrays.asList(first, second, third, fourth)).equals(Set.of(0, 1, 2, 3))) {
                        assertThat(read(keys.get(first) + keys.get(second) + keys.get(third) + keys.get(fourth)))
                                .isEqualTo(HELLO);
                    }
                }
            }
        }
    }

    /** C09. */
    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "11", "02 05", "03 05", "04 FFF0FEFEFEFEFEFEFE0E", "05 05", "06 C0000201",
        "07 20010DB8000000000000000000000001", "08 00", "08 03 610062", "09 02 00FF"})
    void passesOverUnknownKeysOfEveryType(String value) {
        String unknown = Hex.kv("x", value);

        assertThat(read(unknown + VERSIONS + unknown + SIZE + CAPABILITIES + ENGINE_ID + unknown)).isEqualTo(HELLO);
    }

    /** C11. */
    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "04", "05"})
    void takesASizeOfAnyIntegerType(String type) {
        assertThat(read(VERSIONS + Hex.kv("max-frame-size", type + "fcf006") + CAPABILITIES + ENGINE_ID))
                .isEqualTo(HELLO);
    }

    /** C06, C07 and the huge ones of A12. */
    @ParameterizedTest
    @ValueSource(longs = {256, 257, 65532, 98300, 1048572, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void takesAnySizeFrom256On(long size) {
        HaproxyHello hello = new HaproxyHello("2.0", size, Set.of(), null, false);

        assertThat(read(Hex.written(hello::write))).isEqualTo(hello);
    }

    /** A12. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            03 00   | 0
            03 01   | 1
            04 EF   | 239
            03 FF00 | 255
            """)
    void rejectsASizeBelow256(String value, String size) {
        assertThat(Refusal.of(() -> read(VERSIONS + Hex.kv("max-frame-size", value) + CAPABILITIES))).isEqualTo(
                new Refusal(StatusCode.BAD_MAX_FRAME_SIZE, SIZE_VALUE,
                        "expected max-frame-size to be 256 or more, but it is " + size));
    }

    /** C08. */
    @ParameterizedTest
    @ValueSource(strings = {"2.0", "2.0, 1.5", " 2.0 ", "1.0,2.0", "1.0 , 2.00"})
    void finds20AmongTheVersions(String versions) {
        HaproxyHello hello = new HaproxyHello(versions, 16380, Set.of(Capability.PIPELINING), "e", false);

        assertThat(read(Hex.written(hello::write))).isEqualTo(hello);
    }

    /** A10. */
    @ParameterizedTest
    @ValueSource(strings = {"1.0", "3.0", "", "2", "1.0,3.0"})
    void rejectsVersionsWithout20(String versions) {
        HaproxyHello hello = new HaproxyHello(versions, 16380, Set.of(), "e", false);

        assertThat(Refusal.of(() -> read(Hex.written(hello::write)))).isEqualTo(
                new Refusal(StatusCode.UNSUPPORTED_VERSION, VERSIONS_VALUE,
                        "expected supported-versions to have 2.0, but it is \"" + versions + "\""));
    }

    /** A09. */
    @Test
    void rejectsAHelloWithoutVersions() {
        assertThat(Refusal.of(() -> read(SIZE + CAPABILITIES))).isEqualTo(new Refusal(StatusCode.VERSION_NOT_FOUND, 2,
                "expected the key supported-versions, but only [max-frame-size, capabilities] came"));
        assertThat(Refusal.of(() -> read(""))).isEqualTo(new Refusal(StatusCode.VERSION_NOT_FOUND, 2,
                "expected the key supported-versions, but only [] came"));
    }

    /** A09. */
    @Test
    void rejectsAHelloWithoutASize() {
        assertThat(Refusal.of(() -> read(VERSIONS + CAPABILITIES))).isEqualTo(
                new Refusal(StatusCode.MAX_FRAME_SIZE_NOT_FOUND, 2,
                        "expected the key max-frame-size, but only [supported-versions, capabilities] came"));
    }

    /** A09. */
    @Test
    void rejectsAHelloWithoutCapabilities() {
        assertThat(Refusal.of(() -> read(VERSIONS + SIZE))).isEqualTo(
                new Refusal(StatusCode.CAPABILITIES_NOT_FOUND, 2,
                        "expected the key capabilities, but only [supported-versions, max-frame-size] came"));
    }

    /** A11. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            supported-versions | 0405   | expected supported-versions to be STRING, but it came as INT64
            supported-versions | 0900   | expected supported-versions to be STRING, but it came as BINARY
            max-frame-size     | 080132 | expected max-frame-size to be an integer, but it came as STRING
            max-frame-size     | 00     | expected max-frame-size to be an integer, but it came as NULL
            capabilities       | 11     | expected capabilities to be STRING, but it came as BOOL
            engine-id          | 0900   | expected engine-id to be STRING, but it came as BINARY
            healthcheck        | 0301   | expected healthcheck to be BOOL, but it came as UINT32
            """)
    void rejectsAKeyOfTheWrongType(String key, String value, String message) {
        int index = 2 + WHOLE.length() / 2 + Hex.string(key).length() / 2;

        assertThat(Refusal.of(() -> read(WHOLE + Hex.kv(key, value)))).isEqualTo(Refusal.invalid(index, message));
    }

    /** C12 and C15. */
    @ParameterizedTest
    @CsvSource({"11,true", "01,false", "31,false"})
    void isAHealthCheckOnlyIfTheFlagIsTrue(String value, boolean healthcheck) {
        assertThat(read(WHOLE + Hex.kv("healthcheck", value)).healthcheck()).isEqualTo(healthcheck);
    }

    @Test
    void needsNeitherAnEngineIdNorAHealthCheckFlag() {
        HaproxyHello hello = read(VERSIONS + SIZE + CAPABILITIES);

        assertThat(hello.engineId()).isNull();
        assertThat(hello.healthcheck()).isFalse();
    }

    @Test
    void countsTheLastOfADuplicateKey() {
        assertThat(read(Hex.kv("max-frame-size", "0300") + WHOLE)).isEqualTo(HELLO);
        assertThat(Refusal.of(() -> read(WHOLE + Hex.kv("max-frame-size", "0300"))).status())
                .isEqualTo(StatusCode.BAD_MAX_FRAME_SIZE);
    }

    @Test
    void rejectsAHelloCutAtAnyByteBeforeItsCapabilitiesEnd() {
        String needed = VERSIONS + SIZE + CAPABILITIES;
        for (int cut = 0; cut < needed.length(); cut += 2) {
            String part = needed.substring(0, cut);
            StatusCode expected = StatusCode.INVALID_FRAME;
            if (cut == 0) {
                expected = StatusCode.VERSION_NOT_FOUND;
            } else if (cut == VERSIONS.length()) {
                expected = StatusCode.MAX_FRAME_SIZE_NOT_FOUND;
            } else if (cut == VERSIONS.length() + SIZE.length()) {
                expected = StatusCode.CAPABILITIES_NOT_FOUND;
            }
            assertThat(Refusal.of(() -> read(part)).status()).as("cut at %d", cut / 2).isEqualTo(expected);
        }
        assertThat(read(needed).maxFrameSize()).isEqualTo(16380);
    }

    @Test
    void writesOnlyTheKeysThatItHas() {
        assertThat(Hex.written(HELLO::write)).isEqualTo(WHOLE);
        assertThat(Hex.written(new HaproxyHello("2.0", 16380, Set.of(Capability.PIPELINING), null, true)::write))
                .isEqualTo(VERSIONS + SIZE + CAPABILITIES + Hex.kv("healthcheck", "11"));
    }
}
