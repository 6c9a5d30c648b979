package dev.spoa.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureReaderTest {
    static Stream<CaptureWriter> formats() {
        return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN).flatMap(order -> Stream.of(
                CaptureWriter.pcap(order, false, 101), CaptureWriter.pcap(order, true, 101),
                CaptureWriter.pcapNg(order, 101)));
    }

    static List<Packet> packets(byte[] file) throws IOException {
        CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file));
        List<Packet> packets = new ArrayList<>();
        for (Packet packet = reader.next(); packet != null; packet = reader.next()) {
            packets.add(packet);
        }
        return packets;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void readsPacketsOfEachFormatAndByteOrder(CaptureWriter writer) throws IOException {
        byte[] file = writer.packet(1, new byte[] {1, 2, 3}).packet(2_500, new byte[] {4}).bytes();

        assertThat(CaptureReader.isCapture(file)).isTrue();
        List<Packet> packets = packets(file);

        assertThat(packets).extracting(Packet::number).containsExactly(1L, 2L);
        assertThat(packets).extracting(Packet::linkType).containsExactly(101, 101);
        assertThat(packets).extracting(packet -> packet.nanos() - CaptureWriter.START)
                .containsExactly(1_000_000L, 2_500_000_000L);
        assertThat(packets.get(0).bytes()).containsExactly(1, 2, 3);
        assertThat(packets.get(1).bytes()).containsExactly(4);
        assertThat(file[(int) packets.get(1).offset()]).isEqualTo((byte) 4);
    }

    /** At a cut between packets the file is just shorter; anywhere else that is said. */
    @ParameterizedTest
    @MethodSource("formats")
    void saysWhereACutFileEnds(CaptureWriter writer) {
        byte[] header = writer.bytes();
        byte[] file = writer.packet(1, new byte[] {1, 2, 3, 4}).bytes();
        for (int size = header.length + 1; size < file.length; size++) {
            byte[] cut = Arrays.copyOf(file, size);
            assertThatThrownBy(() -> packets(cut)).isInstanceOf(CaptureException.class)
                    .hasMessageMatching("byte \\d+ of the capture: .* expected, but the file ends.*");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00010203 | byte 0 of the capture: expected a pcap or pcapng file (a1b2c3d4, a1b23c4d in either byte order, or \
            0a0d0d0a), but its first bytes are 10203
            a1b2c3d4 00020004 00000000 00000000 0000ffff 00000065 00000000 00000000 00040001 00040001 \
            | byte 40 of the capture: a packet of 262145 bytes where 262144 are the most
            0a0d0d0a 0000001c 11111111 | byte 8 of the capture: expected the byte-order magic 1a2b3c4d in either order, \
            but 11111111 came
            0a0d0d0a 00000010 1a2b3c4d | byte 0 of the capture: a section header of 16 bytes where 28 are the least
            0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c 00000001 0000000b \
            | byte 28 of the capture: a block of 11 bytes where multiples of 4 from 12 on are expected
            0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c 00000006 10000000 \
            | byte 28 of the capture: a block of 268435456 bytes where 327680 are the most
            0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c 00000001 00000010 00000000 00000010 \
            | byte 28 of the capture: an interface of 4 bytes where 8 are the least
            0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c 00000003 00000010 00000000 00000010 \
            | byte 36 of the capture: packet 1 came from interface 0, but 0 are described
            0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c 00000006 00000010 00000000 00000010 \
            | byte 36 of the capture: packet 1 of 4 bytes where 20 are the least
            0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c 00000001 00000014 00650000 00000000 00000014 \
            00000003 00000010 00000009 00000010 \
            | byte 56 of the capture: packet 1 of 9 bytes where its block has 0
            """)
    void saysWhatIsWrongWithAFile(String hex, String message) {
        byte[] file = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> packets(file)).isInstanceOf(CaptureException.class).hasMessage(message);
    }

    /** Interfaces with times in units of 10^-3 s, 2^-10 s and 10^-12 s, an offset, and packets without a time. */
    @Test
    void readsTheUnitsOfPcapng() throws IOException {
        String section = "0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c";
        String interfaces = "00000001 0000001c 00650000 00000000 00090001 03000000 0000001c"
                + "00000001 0000001c 00650000 00000000 00090001 8a000000 0000001c"
                + "00000001 00000028 00650000 00000002 00090001 0c000000 000e0008 0000000000000001 00000028";
        String packets = "00000006 00000020 00000000 00000000 000005dc 00000000 00000000 00000020"
                + "00000006 00000020 00000001 00000000 00000600 00000000 00000000 00000020"
                + "00000002 00000020 00020000 00000000 000003e8 00000000 00000000 00000020"
                + "00000003 00000014 00000001 aa000000 00000014";

        List<Packet> read = packets(HexFormat.of().parseHex((section + interfaces + packets).replace(" ", "")));

        assertThat(read).extracting(Packet::nanos).containsExactly(1_500_000_000L, 1_500_000_000L, 1_000_000_001L, 0L);
        assertThat(read.get(3).bytes()).containsExactly(0xAA);
    }

    @Test
    void throwsNothingElseForRandomBytes() {
        Random random = new Random(4);
        byte[] pattern = CaptureWriter.pcapNg(ByteOrder.BIG_ENDIAN, 1).packet(1, new byte[60]).bytes();
        byte[] classic = CaptureWriter.pcap(1).packet(1, new byte[60]).packet(2, new byte[60]).bytes();
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] file = (i % 2 == 0 ? pattern : classic).clone();
            for (int j = 0; j < 3; j++) {
                file[4 + random.nextInt(file.length - 4)] = (byte) random.nextInt(256);
            }
            try {
                packets(file).forEach(packet -> assertThat(TcpSegment.in(packet)).isNull());
            } catch (IOException e) {
                assertThat(e).isInstanceOf(CaptureException.class);
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 19_000);
    }
}
