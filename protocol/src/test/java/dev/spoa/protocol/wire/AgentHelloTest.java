package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.StatusCode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 2.2 and 2.3. */
class AgentHelloTest {
    private static final String VERSION = Hex.kv("version", "08" + Hex.string("2.0"));
    private static final String SIZE = Hex.kv("max-frame-size", "03 fcf006");
    private static final String CAPABILITIES = Hex.kv("capabilities", "08" + Hex.string("pipelining"));
    private static final AgentHello HELLO = new AgentHello("2.0", 16380, Set.of(Capability.PIPELINING));

    private static AgentHello read(String hex) {
        return AgentHello.read(Hex.bufferAt2(hex));
    }

    @Test
    void writesItsThreeKeysInOrder() {
        assertThat(Hex.written(HELLO::write)).isEqualTo(VERSION + SIZE + CAPABILITIES);
    }

    @Test
    void readsItsKeysInAnyOrderAndPassesOverOthers() {
        assertThat(read(VERSION + SIZE + CAPABILITIES)).isEqualTo(HELLO);
        assertThat(read(Hex.kv("x", "00") + CAPABILITIES + Hex.kv("y", "06C0000201") + SIZE + VERSION))
                .isEqualTo(HELLO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "04", "05"})
    void takesASizeOfAnyIntegerType(String type) {
        assertThat(read(VERSION + Hex.kv("max-frame-size", type + "fcf006") + CAPABILITIES)).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @ValueSource(strings = {" 2.0 ", "2.00", "02.0"})
    void takes20InHaproxysGrammar(String version) {
        AgentHello hello = new AgentHello(version, 256, Set.of());

        assertThat(read(Hex.written(hello::write))).isEqualTo(hello);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "2.", ".0", "2.1", "1.0", "1.0,2.0"})
    void rejectsAnotherVersion(String version) {
        assertThat(Refusal.of(() -> read(Hex.written(new AgentHello(version, 256, Set.of())::write)))).isEqualTo(
                new Refusal(StatusCode.UNSUPPORTED_VERSION, 2 + 8,
                        "expected version to be 2.0, but it is \"" + version + "\""));
    }

    @Test
    void rejectsAHelloThatLacksAKey() {
        assertThat(Refusal.of(() -> read(SIZE + CAPABILITIES))).isEqualTo(new Refusal(StatusCode.VERSION_NOT_FOUND, 2,
                "expected the key version, but only [max-frame-size, capabilities] came"));
        assertThat(Refusal.of(() -> read(VERSION + CAPABILITIES))).isEqualTo(
                new Refusal(StatusCode.MAX_FRAME_SIZE_NOT_FOUND, 2,
                        "expected the key max-frame-size, but only [version, capabilities] came"));
        assertThat(Refusal.of(() -> read(VERSION + SIZE))).isEqualTo(new Refusal(StatusCode.CAPABILITIES_NOT_FOUND, 2,
                "expected the key capabilities, but only [version, max-frame-size] came"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            version        | 0405   | expected version to be STRING, but it came as INT64
            max-frame-size | 080132 | expected max-frame-size to be an integer, but it came as STRING
            capabilities   | 0900   | expected capabilities to be STRING, but it came as BINARY
            """)
    void rejectsAKeyOfTheWrongType(String key, String value, String message) {
        int index = 2 + (VERSION + SIZE + CAPABILITIES + Hex.string(key)).length() / 2;

        assertThat(Refusal.of(() -> read(VERSION + SIZE + CAPABILITIES + Hex.kv(key, value))))
                .isEqualTo(Refusal.invalid(index, message));
    }
}
