package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.2. */
class VarintTest {
    private static final String CUT = "varint cut by the end of the frame";
    private static final String TOO_BIG = "varint above 2^64-1";
    private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(64);

    /** The table of worked examples. */
    private static final String EXAMPLES = """
            0                    | 00
            1                    | 01
            239                  | EF
            240                  | F0 00
            255                  | FF 00
            256                  | F0 01
            2287                 | FF 7F
            2288                 | F0 80 00
            16380                | FC F0 06
            65532                | FC F0 1E
            264431               | FF FF 7F
            264432               | F0 80 80 00
            33818863             | FF FF FF 7F
            33818864             | F0 80 80 80 00
            2147483647           | FF F0 FE FE 3E
            4294967295           | FF F0 FE FE 7E
            4294967296           | F0 F1 FE FE 7E
            4328786160           | F0 80 80 80 80 00
            9223372036854775807  | FF F0 FE FE FE FE FE FE FE 06
            9223372036854775808  | F0 F1 FE FE FE FE FE FE FE 06
            18446744073709551615 | FF F0 FE FE FE FE FE FE FE 0E
            -1                   | FF F0 FE FE FE FE FE FE FE 0E
            -2                   | FE F0 FE FE FE FE FE FE FE 0E
            -1000                | F8 B2 FE FE FE FE FE FE FE 0E
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = EXAMPLES)
    void writesTheWorkedExamples(String value, String hex) {
        assertThat(Hex.written(out -> Varint.write(out, number(value)))).isEqualTo(Hex.compact(hex));
        assertThat(Varint.size(number(value))).isEqualTo(Hex.bytes(hex).length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = EXAMPLES)
    void readsTheWorkedExamples(String value, String hex) {
        ByteBuf in = Hex.bufferAt2(hex + "55");

        assertThat(Varint.get(in, 2)).isEqualTo(number(value));
        assertThat(in.readerIndex()).isEqualTo(2);
        assertThat(Varint.read(in)).isEqualTo(number(value));
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2  | 240
            3  | 2288
            4  | 264432
            5  | 33818864
            6  | 4328786160
            7  | 554084600048
            8  | 70922828777712
            9  | 9078122083518704
            10 | 1161999626690365680
            """)
    void takesOneByteMoreFromEachThresholdOn(int size, long threshold) {
        assertThat(Varint.size(threshold)).isEqualTo(size);
        assertThat(Varint.size(threshold - 1)).isEqualTo(size - 1);
        assertThat(Hex.written(out -> Varint.write(out, threshold))).hasSize(2 * size);
        assertThat(Hex.written(out -> Varint.write(out, threshold - 1))).hasSize(2 * (size - 1));
        assertRoundTrip(threshold);
        assertRoundTrip(threshold - 1);
    }

    @Test
    void givesEachOf300000RandomValuesItsOwnEncodingBack() {
        Random random = new Random(12);
        for (int i = 0; i < 300_000; i++) {
            assertRoundTrip(random.nextLong() >>> random.nextInt(64));
        }
    }

    @Test
    void isBijectiveInTwoBytes() {
        BitSet seen = new BitSet();
        for (int first = 0xF0; first <= 0xFF; first++) {
            for (int last = 0; last < 0x80; last++) {
                seen.set(decodeAndEncode(new byte[] {(byte) first, (byte) last}));
            }
        }
        assertThat(seen.nextSetBit(0)).isEqualTo(240);
        assertThat(seen.nextClearBit(240)).isEqualTo(2288);
        assertThat(seen.cardinality()).isEqualTo(2288 - 240);
    }

    @Test
    void isBijectiveInThreeBytes() {
        BitSet seen = new BitSet();
        for (int first = 0xF0; first <= 0xFF; first++) {
            for (int middle = 0x80; middle <= 0xFF; middle++) {
                for (int last = 0; last < 0x80; last++) {
                    seen.set(decodeAndEncode(new byte[] {(byte) first, (byte) middle, (byte) last}));
                }
            }
        }
        assertThat(seen.nextSetBit(0)).isEqualTo(2288);
        assertThat(seen.nextClearBit(2288)).isEqualTo(264432);
        assertThat(seen.cardinality()).isEqualTo(264432 - 2288);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            18446744073709551615 | FF F0 FE FE FE FE FE FE FE 0E
            1161999626690365680  | F0 80 80 80 80 80 80 80 80 00
            17302900691186223344 | F0 80 80 80 80 80 80 80 80 0E
            """)
    void acceptsTenBytesUpTo64Bits(String value, String hex) {
        assertThat(Varint.read(Hex.buffer(hex))).isEqualTo(number(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "F0 F1 FE FE FE FE FE FE FE 0E", // 2^64
        "FF FF FF FF FF FF FF FF FF 0E",
        "F0 80 80 80 80 80 80 80 80 0F",
        "F0 80 80 80 80 80 80 80 80 10", // bits that a shift by 60 would lose
        "F0 80 80 80 80 80 80 80 80 7F"})
    void rejectsVarintAbove64Bits(String hex) {
        assertThat(Refusal.of(() -> Varint.read(Hex.bufferAt2(hex)))).isEqualTo(Refusal.invalid(2, TOO_BIG));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "F0 80 80 80 80 80 80 80 80 80",
        "F0 80 80 80 80 80 80 80 80 80 00",
        "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF"})
    void rejectsVarintAboveTenBytes(String hex) {
        assertThat(Refusal.of(() -> Varint.read(Hex.bufferAt2(hex)))).isEqualTo(Refusal.invalid(2, TOO_BIG));
    }

    @ParameterizedTest
    @ValueSource(strings = {"F0 00", "F0 80 00", "FF F0 FE FE 7E", "FF F0 FE FE FE FE FE FE FE 0E"})
    void rejectsVarintCutAtAnyByte(String hex) {
        byte[] whole = Hex.bytes(hex);
        for (int cut = 0; cut < whole.length; cut++) {
            ByteBuf in = Unpooled.wrappedBuffer(new byte[] {7, 7}, 0, 2);
            ByteBuf part = Unpooled.buffer().writeBytes(in).writeBytes(whole, 0, cut).skipBytes(2);
            assertThat(Refusal.of(() -> Varint.read(part))).as("cut at %d", cut).isEqualTo(Refusal.invalid(2, CUT));
        }
    }

    @Test
    void agreesWithUnboundedArithmeticOnRandomBytes() {
        Random random = new Random(13);
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = randomVarint(random);
            BigInteger expected = decodeUnbounded(bytes);
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            if (expected.compareTo(LIMIT) < 0) {
                accepted++;
                assertThat(Varint.read(in)).as(Hex.of(bytes)).isEqualTo(expected.longValue());
                assertThat(in.isReadable()).isFalse();
            } else {
                assertThat(Refusal.of(() -> Varint.read(in)).message()).as(Hex.of(bytes)).isEqualTo(TOO_BIG);
            }
        }
        assertThat(accepted).isBetween(50_000, 190_000);
    }

    /** Well-formed but for its sum: 2 to 11 bytes, the tenth small enough to fit half of the time. */
    private static byte[] randomVarint(Random random) {
        byte[] bytes = new byte[2 + random.nextInt(10)];
        for (int i = 1; i < bytes.length; i++) {
            bytes[i] = (byte) (0x80 | random.nextInt(128));
        }
        bytes[0] = (byte) (0xF0 | random.nextInt(16));
        bytes[bytes.length - 1] = (byte) random.nextInt(bytes.length == 10 ? 0x1C : 0x80);
        return bytes;
    }

    private static BigInteger decodeUnbounded(byte[] bytes) {
        BigInteger value = BigInteger.valueOf(Byte.toUnsignedInt(bytes[0]));
        for (int i = 1; i < bytes.length; i++) {
            value = value.add(BigInteger.valueOf(Byte.toUnsignedInt(bytes[i])).shiftLeft(4 + 7 * (i - 1)));
        }
        return value;
    }

    private static int decodeAndEncode(byte[] bytes) {
        long value = Varint.read(Unpooled.wrappedBuffer(bytes));
        ByteBuf out = Unpooled.buffer(3);
        Varint.write(out, value);
        assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes));
        return (int) value;
    }

    private static void assertRoundTrip(long value) {
        ByteBuf buffer = Unpooled.buffer(Varint.MAX_SIZE);
        Varint.write(buffer, value);
        assertThat(buffer.readableBytes()).isEqualTo(Varint.size(value)).isLessThanOrEqualTo(Varint.MAX_SIZE);
        assertThat(Varint.get(buffer, 0)).isEqualTo(value);
        assertThat(Varint.read(buffer)).isEqualTo(value);
        assertThat(buffer.isReadable()).isFalse();
    }

    private static long number(String text) {
        return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    }
}
