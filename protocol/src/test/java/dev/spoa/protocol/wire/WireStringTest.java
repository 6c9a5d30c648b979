package dev.spoa.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** STRING, section 1.3. */
class WireStringTest {
    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("", "00"),
                Arguments.of("hi", "02 68 69"),
                Arguments.of("a\0b", "03 61 00 62"),
                Arguments.of("\u00e9\u20ac", "05 c3 a9 e2 82 ac"),
                Arguments.of("\ud83d\ude00", "04 f0 9f 98 80"),
                Arguments.of("x".repeat(239), "EF" + "78".repeat(239)),
                Arguments.of("x".repeat(240), "F000" + "78".repeat(240)),
                Arguments.of("x".repeat(2288), "F08000" + "78".repeat(2288)));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void writesLengthAndBytes(String text, String hex) {
        assertThat(Hex.written(out -> WireString.write(out, text))).isEqualTo(Hex.compact(hex));
        assertThat(Hex.written(out -> WireString.write(out, text.getBytes(UTF_8)))).isEqualTo(Hex.compact(hex));
        assertThat(WireString.size(text.getBytes(UTF_8).length)).isEqualTo(Hex.bytes(hex).length);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void readsLengthAndBytesAndNothingElse(String text, String hex) {
        ByteBuf in = Hex.bufferAt2(hex + hex + hex + hex + "55");

        assertThat(WireString.read(in)).isEqualTo(text);
        assertThat(WireString.readBytes(in)).isEqualTo(text.getBytes(UTF_8));
        WireString.skip(in);
        int length = WireString.readLength(in);
        assertThat(length).isEqualTo(text.getBytes(UTF_8).length);
        assertThat(in.skipBytes(length).readableBytes()).isEqualTo(1);
    }

    @Test
    void keepsBytesThatAreNotUtf8AndReplacesThemInText() {
        String hex = "05 61 FF 00 C3 28";

        assertThat(WireString.readBytes(Hex.buffer(hex))).isEqualTo(Hex.bytes("61 FF 00 C3 28"));
        assertThat(WireString.read(Hex.buffer(hex))).isEqualTo("a\ufffd\0\ufffd(");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "\udc00x", "a\ud800b\udfff"})
    void announcesAsManyBytesAsItWritesForHalfOfASurrogatePair(String text) {
        ByteBuf in = Hex.buffer(Hex.written(out -> WireString.write(out, text)));

        assertThat(WireString.read(in)).isEqualTo(text.replaceAll("[\ud800-\udfff]", "?"));
        assertThat(in.isReadable()).isFalse();
    }

    /** A15. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            01                                  | 1                    | 0
            03 61 62                            | 3                    | 2
            FF F0 FE FE 3E 61                   | 2147483647           | 1
            F0 F1 FE FE 3E 61                   | 2147483648           | 1
            FF F0 FE FE 7E 61                   | 4294967295           | 1
            F0 F1 FE FE 7E 61                   | 4294967296           | 1
            FF F0 FE FE FE FE FE FE FE 06 61    | 9223372036854775807  | 1
            F0 F1 FE FE FE FE FE FE FE 06 61    | 9223372036854775808  | 1
            FF F0 FE FE FE FE FE FE FE 0E 61 62 | 18446744073709551615 | 2
            """)
    void rejectsALengthAboveWhatIsLeft(String hex, String length, int left) {
        Refusal expected = Refusal.invalid(2, "a length of " + length + " where " + left
                + " bytes are left in the frame");

        assertThat(Refusal.of(() -> WireString.read(Hex.bufferAt2(hex)))).isEqualTo(expected);
        assertThat(Refusal.of(() -> WireString.readBytes(Hex.bufferAt2(hex)))).isEqualTo(expected);
        assertThat(Refusal.of(() -> WireString.readLength(Hex.bufferAt2(hex)))).isEqualTo(expected);
        assertThat(Refusal.of(() -> WireString.skip(Hex.bufferAt2(hex)))).isEqualTo(expected);
    }

    @Test
    void rejectsALengthThatIsCut() {
        assertThat(Refusal.of(() -> WireString.read(Hex.bufferAt2("F0"))))
                .isEqualTo(Refusal.invalid(2, "varint cut by the end of the frame"));
    }
}
