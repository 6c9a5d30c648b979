package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.3. */
class TypedDataTest {
    private static final String MINUS_1 = "FF F0 FE FE FE FE FE FE FE 0E";

    static Stream<Arguments> values() {
        return Stream.of(
                // the examples of the table
                Arguments.of("00", Value.NULL),
                Arguments.of("11", Value.TRUE),
                Arguments.of("01", Value.FALSE),
                Arguments.of("02" + MINUS_1, new Value.Int32(-1)),
                Arguments.of("03 F0 F1 1E", new Value.Uint32(65536)),
                Arguments.of("04 F2 3E", new Value.Int64(1234)),
                Arguments.of("05" + MINUS_1, new Value.Uint64(-1)),
                Arguments.of("06 C0 00 02 01", new Value.Ipv4(0xC0000201)),
                Arguments.of("07 20010DB8000000000000000000000001", new Value.Ipv6(0x20010DB800000000L, 1)),
                Arguments.of("08 02 68 69", Value.of("hi")),
                Arguments.of("08 00", Value.of("")),
                Arguments.of("09 02 00 FF", Value.of(new byte[] {0, -1})),
                // more of each
                Arguments.of("02 00", new Value.Int32(0)),
                Arguments.of("02 FF F0 FE FE 7E", new Value.Int32(0xFFFFFFFFL)),
                Arguments.of("03" + MINUS_1, new Value.Uint32(-1)),
                Arguments.of("04" + MINUS_1, new Value.Int64(-1)),
                Arguments.of("04 F8 B2 FE FE FE FE FE FE FE 0E", new Value.Int64(-1000)),
                Arguments.of("04 FF F0 FE FE FE FE FE FE FE 06", new Value.Int64(Long.MAX_VALUE)),
                Arguments.of("04 F0 F1 FE FE FE FE FE FE FE 06", new Value.Int64(Long.MIN_VALUE)),
                Arguments.of("05 F0 F1 FE FE FE FE FE FE FE 06", new Value.Uint64(Long.MIN_VALUE)),
                Arguments.of("06 FF FF FF FF", new Value.Ipv4(-1)),
                Arguments.of("07 00000000000000000000FFFFC0000201", new Value.Ipv6(0, 0xFFFFC0000201L)),
                Arguments.of("08 04 61 00 FF C3", new Value.Str(new byte[] {'a', 0, -1, (byte) 0xC3})),
                Arguments.of("08 F0 00" + "78".repeat(240), Value.of("x".repeat(240))),
                Arguments.of("09 00", Value.of(new byte[0])));
    }

    @ParameterizedTest
    @MethodSource("values")
    void writesEveryType(String hex, Value value) {
        assertThat(Hex.written(out -> TypedData.write(out, value))).isEqualTo(Hex.compact(hex));
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsEveryTypeAndNothingElse(String hex, Value value) {
        ByteBuf in = Hex.bufferAt2(hex + "55");

        assertThat(TypedData.read(in)).isEqualTo(value);
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("values")
    void skipsEveryTypeAndNothingElse(String hex, Value value) {
        ByteBuf in = Hex.bufferAt2(hex + "55");

        TypedData.skip(in);

        assertThat(in.readableBytes()).isEqualTo(1);
        assertThat(TypedData.typeAt(in, 2)).isEqualTo(value.type());
    }

    @ParameterizedTest
    @MethodSource("values")
    void rejectsEveryTypeCutAtAnyByte(String hex, Value value) {
        byte[] whole = Hex.bytes(hex);
        for (int cut = 0; cut < whole.length; cut++) {
            String part = Hex.of(Arrays.copyOf(whole, cut));
            Refusal reading = Refusal.of(() -> TypedData.read(Hex.bufferAt2(part)));
            Refusal skipping = Refusal.of(() -> TypedData.skip(Hex.bufferAt2(part)));
            assertThat(reading).as("%s cut at %d", value, cut).isEqualTo(skipping);
            assertThat(reading.index()).isEqualTo(cut == 0 ? 2 : 3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                | 2 | typed data of 1 byte or more where 0 are left in the frame
            06                                | 3 | IPV4 of 4 bytes or more where 0 are left in the frame
            06 C00002                         | 3 | IPV4 of 4 bytes or more where 3 are left in the frame
            07 C00002                         | 3 | IPV6 of 16 bytes or more where 3 are left in the frame
            07 20010DB80000000000000000000000 | 3 | IPV6 of 16 bytes or more where 15 are left in the frame
            08 03 6869                        | 3 | a length of 3 where 2 bytes are left in the frame
            09 01                             | 3 | a length of 1 where 0 bytes are left in the frame
            04                                | 3 | varint cut by the end of the frame
            """)
    void saysWhatIsMissingFromAValueThatIsCut(String hex, int index, String message) {
        assertThat(Refusal.of(() -> TypedData.read(Hex.bufferAt2(hex)))).isEqualTo(Refusal.invalid(index, message));
        assertThat(Refusal.of(() -> TypedData.skip(Hex.bufferAt2(hex)))).isEqualTo(Refusal.invalid(index, message));
    }

    /** A17. */
    @ParameterizedTest
    @ValueSource(ints = {10, 11, 12, 13, 14, 15})
    void rejectsReservedTypesWithAnyFlags(int type) {
        for (int flags = 0; flags < 16; flags++) {
            String hex = Hex.of(new byte[] {(byte) (flags << 4 | type), 0, 0});
            Refusal expected = Refusal.invalid(2, "typed data of type " + type + " where 0 to 9 are known");

            assertThat(Refusal.of(() -> TypedData.read(Hex.bufferAt2(hex)))).isEqualTo(expected);
            assertThat(Refusal.of(() -> TypedData.skip(Hex.bufferAt2(hex)))).isEqualTo(expected);
            assertThat(Refusal.of(() -> TypedData.typeAt(Hex.bufferAt2(hex), 2))).isEqualTo(expected);
        }
    }

    @Test
    void takesABoolForTrueOnlyIfItsFlagsAreExactlyOne() {
        for (int flags = 0; flags < 16; flags++) {
            ByteBuf in = Hex.buffer(Hex.of(new byte[] {(byte) (flags << 4 | 1)}));
            assertThat(TypedData.read(in)).as("flags %d", flags).isEqualTo(new Value.Bool(flags == 1));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void ignoresTheFlagsOfOtherTypes(String hex, Value value) {
        if (value.type() == ValueType.BOOL) {
            return;
        }
        byte[] bytes = Hex.bytes(hex);
        for (int flags = 0; flags < 16; flags++) {
            bytes[0] = (byte) (flags << 4 | value.type().code());
            assertThat(TypedData.read(Hex.buffer(Hex.of(bytes)))).isEqualTo(value);
        }
    }

    @Test
    void readsACopyOfTheBytes() {
        ByteBuf in = Hex.buffer("09 02 01 02");
        Value read = TypedData.read(in);

        in.setByte(2, 9);

        assertThat(read).isEqualTo(Value.of(new byte[] {1, 2}));
    }

    @Test
    void writesFromRawParts() {
        assertThat(Hex.written(out -> TypedData.writeBool(out, true))).isEqualTo("11");
        assertThat(Hex.written(out -> TypedData.writeBool(out, false))).isEqualTo("01");
        assertThat(Hex.written(out -> TypedData.writeInteger(out, ValueType.INT64, -1)))
                .isEqualTo(Hex.compact("04" + MINUS_1));
        assertThat(Hex.written(out -> TypedData.writeInteger(out, ValueType.UINT32, 16380))).isEqualTo("03fcf006");
        assertThat(Hex.written(out -> TypedData.writeBytes(out, ValueType.STRING, new byte[] {'h', 'i'})))
                .isEqualTo("08026869");
        assertThat(Hex.written(out -> TypedData.writeBytes(out, ValueType.BINARY, new byte[] {0}))).isEqualTo("090100");
    }
}
