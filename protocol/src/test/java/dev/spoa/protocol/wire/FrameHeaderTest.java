package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 1.1, 1.5 and, for fragments, 3.4. */
class FrameHeaderTest {
    /** The ids are written unsigned; the headers of fragments are those of section 1.5. */
    private static final String HEADERS = """
            NOTIFY           | 1 | 0                    | 1                    | 03 00000001 00 01
            NOTIFY           | 1 | 1                    | 1                    | 03 00000001 01 01
            ACK              | 1 | 240                  | 2288                 | 67 00000001 F000 F08000
            ACK              | 1 | 2147483647           | 4294967295           | 67 00000001 FFF0FEFE3E FFF0FEFE7E
            ACK              | 1 | 18446744073709551615 | 18446744073709551615 | 67 00000001 FFF0FEFEFEFEFEFEFE0E FFF0FEFEFEFEFEFEFE0E
            HAPROXY_HELLO    | 1 | 0                    | 0                    | 01 00000001 00 00
            AGENT_HELLO      | 1 | 0                    | 0                    | 65 00000001 00 00
            AGENT_DISCONNECT | 1 | 0                    | 0                    | 66 00000001 00 00
            NOTIFY           | 0 | 7                    | 1                    | 03 00000000 07 01
            UNSET            | 0 | 7                    | 1                    | 00 00000000 07 01
            UNSET            | 1 | 7                    | 1                    | 00 00000001 07 01
            UNSET            | 3 | 7                    | 1                    | 00 00000003 07 01
            NOTIFY           | -2147483647 | 7          | 1                    | 03 80000001 07 01
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = HEADERS)
    void readsAHeaderAndStopsAtThePayload(FrameType type, int flags, String streamId, String frameId, String hex) {
        ByteBuf in = Hex.bufferAt2(hex + "55 66");

        FrameHeader header = FrameHeader.read(in);

        assertThat(header).isEqualTo(new FrameHeader(type.code(), flags, Long.parseUnsignedLong(streamId),
                Long.parseUnsignedLong(frameId)));
        assertThat(in.readableBytes()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = HEADERS)
    void writesAHeaderAndItsLength(FrameType type, int flags, String streamId, String frameId, String hex) {
        long stream = Long.parseUnsignedLong(streamId);
        long frame = Long.parseUnsignedLong(frameId);
        ByteBuf out = Unpooled.buffer().writeShort(0xAAAA);

        int start = FrameHeader.begin(out, type, flags, stream, frame);
        out.writeShort(0x5566);
        FrameHeader.end(out, start);

        int size = Hex.bytes(hex).length;
        assertThat(start).isEqualTo(2);
        assertThat(FrameHeader.size(stream, frame)).isEqualTo(size);
        assertThat(out).isEqualTo(Hex.buffer("AAAA %08x %s 5566".formatted(size + 2, hex)));
    }

    @Test
    void beginsWithALengthOfZeroUntilItEnds() {
        assertThat(Hex.written(out -> FrameHeader.begin(out, FrameType.ACK, FrameHeader.FIN, 1, 1)))
                .isEqualTo(Hex.compact("00000000 67 00000001 01 01"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0           | false | false
            1           | true  | false
            2           | false | true
            3           | true  | true
            -4          | false | false
            -2147483645 | true  | true
            """)
    void looksAtTwoFlagsOnly(int flags, boolean fin, boolean abort) {
        FrameHeader header = new FrameHeader(0, flags, 7, 1);

        assertThat(header.isFin()).isEqualTo(fin);
        assertThat(header.isAbort()).isEqualTo(abort);
    }

    @Test
    void readsAnUnknownTypeUnsigned() {
        assertThat(FrameHeader.read(Hex.buffer("FF 00000001 05 01")))
                .isEqualTo(new FrameHeader(255, FrameHeader.FIN, 5, 1));
    }

    /** A01 and A02. */
    @ParameterizedTest
    @ValueSource(strings = {"", "03", "03 00", "03 0000", "03 000000", "03 00000001", "03 00000001 01"})
    void rejectsAFrameBelowSevenBytes(String hex) {
        assertThat(Refusal.of(() -> FrameHeader.read(Hex.bufferAt2(hex)))).isEqualTo(
                Refusal.invalid(2, "a frame of " + Hex.bytes(hex).length + " bytes where 7 is the least"));
    }

    /** A13. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            03 00000001 F0 80             | 7
            03 00000001 01 F0             | 8
            03 00000001 F000 F0           | 9
            03 00000001 FFF0FEFEFEFE FEFE | 7
            """)
    void rejectsIdsCutByTheEndOfTheFrame(String hex, int index) {
        assertThat(Refusal.of(() -> FrameHeader.read(Hex.bufferAt2(hex))))
                .isEqualTo(Refusal.invalid(index, "varint cut by the end of the frame"));
    }

    /** A14. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            03 00000001 FFFFFFFFFFFFFFFFFFFFFF 01 | 7
            03 00000001 01 F0F1FEFEFEFEFEFEFE0E   | 8
            """)
    void rejectsIdsAbove64Bits(String hex, int index) {
        assertThat(Refusal.of(() -> FrameHeader.read(Hex.bufferAt2(hex))))
                .isEqualTo(Refusal.invalid(index, "varint above 2^64-1"));
    }

    @Test
    void hasTheSizesOfTheProtocol() {
        assertThat(FrameHeader.LENGTH_SIZE).isEqualTo(4);
        assertThat(FrameHeader.MIN_LENGTH).isEqualTo(7);
        assertThat(FrameHeader.MIN_MAX_FRAME_SIZE).isEqualTo(256);
        assertThat(FrameHeader.FIN).isEqualTo(1);
        assertThat(FrameHeader.ABORT).isEqualTo(2);
    }
}
