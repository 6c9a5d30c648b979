package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.cli.capture.CaptureWriter;
import dev.spoa.cli.capture.TcpConversation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DecodeCommandTest {
    private static final String NOTIFY =
            "00000020 03 00000001 01 01 0f636865636b2d636c69656e742d6970 01 026970 06c0000201";
    private static final String BRIEF = """
            byte 0  NOTIFY stream 1 frame 1, 36 bytes: check-client-ip(ip = IPV4 192.0.2.1)
            1 frame, 0 malformed
            """;

    private static final int RAW_IP = 101;

    @TempDir private Path folder;

    private Run decode(byte[] input, String... options) throws IOException {
        Path file = Files.write(folder.resolve("input"), input);
        String[] arguments = new String[options.length + 2];
        arguments[0] = "decode";
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[options.length + 1] = file.toString();
        return Run.of(arguments);
    }

    private Run decode(String input, String... options) throws IOException {
        return decode(input.getBytes(StandardCharsets.UTF_8), options);
    }

    @Test
    void showsEachItemAndWhatIsWrongWithItsOffsets() throws IOException {
        Run run = decode(NOTIFY + "\n# then an ACK with a stray type byte\n"
                + "00000016 67 00000001 01 01 010301 0161 030a 020202 08 03666f6f");
        assertThat(run.out()).isEqualTo("""
                byte 0 of the input: NOTIFY stream 1 frame 1, 36 bytes
                      0  00000020                  LENGTH 32
                      4  03                        TYPE 3 NOTIFY
                      5  00000001                  FLAGS FIN
                      9  01                        STREAM-ID 1
                     10  01                        FRAME-ID 1
                     11  0f636865636b2d636c696...  message check-client-ip, 1 argument
                     28  02697006c0000201            ip = IPV4 192.0.2.1

                byte 36 of the input: ACK stream 1 frame 1, 26 bytes
                      0  00000016                  LENGTH 22
                      4  67                        TYPE 103 ACK
                      5  00000001                  FLAGS FIN
                      9  01                        STREAM-ID 1
                     10  01                        FRAME-ID 1
                     11  0103010161030a            SET-VAR sess a = UINT32 10
                     18  0202020803666f6f          not read, 8 bytes
                  malformed at byte 21 (byte 57 of the input): action 2 (UNSET-VAR txn): a length of 8 where 4 bytes are \
                left in the frame; it looks as if a type byte (08) stood before the name foo, but scope and name are bare; \
                HAProxy stops here without a word: 1 before it is applied, it and the rest are not [status 4]

                2 frames, 1 malformed
                """);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // plain
        NOTIFY,
        "0x00000020 0x03, 00:00:00:01 01-01 0F636865636B2D636C69656E742D6970\\n# comment\\n01 026970 # more\\n06c0000201\\n",
        // xxd
        "00000000: 0000 0020 0300 0000 0101 010f 6368 6563  ... ........chec\\n"
                + "00000010: 6b2d 636c 6965 6e74 2d69 7001 0269 7006  k-client-ip..ip.\\n"
                + "00000020: c000 0201                                ....\\n",
        // hexdump -C
        "00000000  00 00 00 20 03 00 00 00  01 01 01 0f 63 68 65 63  |... ........chec|\\n"
                + "00000010  6b 2d 63 6c 69 65 6e 74  2d 69 70 01 02 69 70 06  |k-client-ip..ip.|\\n"
                + "00000020  c0 00 02 01                                       |....|\\n00000024\\n"})
    void readsHexHoweverItIsWritten(String text) throws IOException {
        Run run = decode(text.replace("\\n", "\n"), "--brief");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(BRIEF);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void repeatsTheLinesThatHexdumpLeavesOut() throws IOException {
        // a BINARY of 64 zeros: hexdump writes one line of 16 and a star
        Run run = decode("""
                00000000  00 00 00 50 67 00 00 00  01 01 01 01 03 02 03 61  |...Pg..........a|
                00000010  61 61 09 40 00 00 00 00  00 00 00 00 00 00 00 00  |aa.@............|
                00000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
                *
                00000050  00 00 00 00                                       |....|
                00000054
                """, "--brief");
        assertThat(run.out()).isEqualTo("byte 0  ACK stream 1 frame 1, 84 bytes: SET-VAR txn aaa = BINARY 64 bytes "
                + "00".repeat(32) + "...\n1 frame, 0 malformed\n");
    }

    /** Packets of tcpdump begin with their IP header. */
    @Test
    void readsThePacketsOfTcpdump() throws IOException {
        Run run = decode("""
                10:00:00.000000 IP 192.0.2.2.9000 > 192.0.2.1.40000: Flags [P.], seq 1:12, ack 1, win 1000, length 11
                	0x0000:  4500 0033 0000 0000 4006 0000 c000 0202  E..3....@.......
                	0x0010:  c000 0201 2328 9c40 0000 0001 0000 0001  ....#(.@........
                	0x0020:  5018 03e8 0000 0000 0000 0007 6700 0000  P...........g...
                	0x0030:  0101 01                                  ...
                10:00:00.100000 IP 192.0.2.2.9000 > 192.0.2.1.40000: Flags [P.], seq 12:23, ack 1, win 1000, length 11
                	0x0000:  4500 0033 0000 0000 4006 0000 c000 0202  E..3....@.......
                	0x0010:  c000 0201 2328 9c40 0000 000c 0000 0001  ....#(.@........
                	0x0020:  5018 03e8 0000 0000 0000 0007 6700 0000  P...........g...
                	0x0030:  0103 01                                  ...
                """, "--brief");
        assertThat(run.out()).contains("packet 1 byte 0  ACK stream 1 frame 1, 11 bytes\n",
                "packet 2 byte 11  ACK stream 3 frame 1, 11 bytes\n", "2 frames, 0 malformed\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0000\\nzz00 | line 2: expected hex digits, but "zz00" came
            00000 | line 1: expected two digits for each byte, but "00000" has 5
            00000000: 0000 0020  ...\\n00000008: 00 | line 2: offset 00000008 where 4 was expected, because that many \
            bytes stand before it
            00000000: 00zz  .. | line 1: expected hex digits, but "00zz" came
            """)
    void saysWhatIsNoHex(String text, String message) throws IOException {
        Run run = decode(text.replace("\\n", "\n"), "--format", "hex");
        assertThat(run.err()).isEqualTo(folder.resolve("input") + ": " + message + "\n");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void readsRawBytesAndKeepsOnAfterNonsense() throws IOException {
        byte[] frame = FrameStreamTest.bytes(NOTIFY);
        assertThat(decode(frame, "--brief").out()).isEqualTo(BRIEF);

        Run run = decode(FrameStreamTest.joined("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                frame), "--brief");
        assertThat(run.out()).isEqualTo("""
                byte 0  frame of type 47, 9 bytes; malformed at byte 0: frame length 1195725856 exceeds the 1048576 that \
                are taken for a frame (--max-frame-size) [status 3]
                byte 4  14 bytes passed over: nothing in them looks like the beginning of a frame
                byte 18  NOTIFY stream 1 frame 1, 36 bytes: check-client-ip(ip = IPV4 192.0.2.1)
                2 frames, 1 malformed
                """);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void takesLargerFramesWhenTold() throws IOException {
        byte[] frame = FrameStreamTest.bytes("00000107 67 00000001 01 01 010302 0178 09 f802" + "00".repeat(248));
        assertThat(decode(frame, "--brief", "--max-frame-size", "256").out()).contains(
                "frame length 263 exceeds the 256");
        assertThat(decode(frame, "--brief", "--max-frame-size", "300").out()).startsWith(
                "byte 0  ACK stream 1 frame 1, 267 bytes");
    }

    @Test
    void readsStandardInput() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(NOTIFY.getBytes(StandardCharsets.US_ASCII)));
            assertThat(Run.of("decode", "--brief").out()).isEqualTo(BRIEF);
        } finally {
            System.setIn(before);
        }
    }

    /** Input that comes in pieces, as a pipe has it, and what was written when each of them was asked for. */
    private static final class Pieces extends InputStream {
        private final Queue<byte[]> pieces;
        private final StringWriter out;
        private final List<String> written = new ArrayList<>();

        Pieces(StringWriter out, byte[]... pieces) {
            this.out = out;
            this.pieces = new ArrayDeque<>(List.of(pieces));
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("one byte");
        }

        @Override
        public int read(byte[] into, int offset, int size) {
            written.add(out.toString());
            byte[] piece = pieces.poll();
            if (piece == null) {
                return -1;
            }
            System.arraycopy(piece, 0, into, offset, piece.length);
            return piece.length;
        }
    }

    private static int decodeStandardInput(InputStream in, Writer out, String... options) {
        InputStream before = System.in;
        try {
            System.setIn(in);
            CommandLine command = Spoa.commandLine().setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(Writer.nullWriter()));
            return command.execute(Stream.concat(Stream.of("decode", "--brief"), Stream.of(options))
                    .toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--format=raw"})
    void showsAFrameBeforeItWaitsForTheNext(String option) {
        byte[] frame = FrameStreamTest.bytes(NOTIFY);
        StringWriter out = new StringWriter();
        Pieces in = new Pieces(out, frame, frame);
        assertThat(decodeStandardInput(in, out, option)).isZero();
        assertThat(in.written.get(1).lines()).hasSize(1);
        assertThat(in.written.get(2).lines()).hasSize(2);
    }

    @Test
    void judgesAnInputThatComesByteByByte() {
        byte[] packets = CaptureWriter.pcap(RAW_IP).packet(0, TcpConversation.ipv4().syn()).bytes();
        for (Map.Entry<byte[], String> each : Map.of(FrameStreamTest.bytes(NOTIFY), BRIEF,
                ("# text\n" + NOTIFY).getBytes(StandardCharsets.US_ASCII), BRIEF,
                packets, "still open at the end of the capture, 0 frames\n0 frames, 0 malformed\n").entrySet()) {
            byte[][] pieces = new byte[each.getKey().length][];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = new byte[] {each.getKey()[i]};
            }
            StringWriter out = new StringWriter();
            assertThat(decodeStandardInput(new Pieces(out, pieces), out)).isZero();
            assertThat(out.toString()).endsWith(each.getValue());
        }
    }

    @Test
    void endsWhenNobodyReadsAnyMore() {
        byte[][] frames = new byte[1_000][];
        Arrays.fill(frames, FrameStreamTest.bytes(NOTIFY));
        Pieces in = new Pieces(new StringWriter(), frames);
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int offset, int size) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThat(decodeStandardInput(in, closed)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(in.written).hasSizeLessThan(10);
    }

    /** With little memory, because all lines at once would take two gigabytes. */
    @Test
    void needsLittleMemoryForManyLines() throws IOException, InterruptedException {
        byte[] lines = new byte[HexText.MAX_TEXT];
        Arrays.fill(lines, (byte) '\n');
        byte[] ack = "00000007 67 00000001 01 01".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ack, 0, lines, 0, ack.length);
        Path file = Files.write(folder.resolve("lines"), lines);
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider", "-cp",
                System.getProperty("java.class.path"), "dev.spoa.cli.Spoa", "decode", "--brief",
                file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(out).isEqualTo("byte 0  ACK stream 1 frame 1, 11 bytes\n1 frame, 0 malformed\n");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void writesOneJsonObjectOnEachLine() throws IOException {
        assertThat(decode("00000012 67 00000001 01 01 010301 0161 030a 020205 00", "--json").out()).isEqualTo("""
                {"event":"frame","offset":0,"size":22,"length":18,"type":103,"name":"ACK","flags":1,"streamId":"1",\
                "frameId":"1","items":[{"offset":0,"size":4,"kind":"LENGTH","hex":"00000012","value":"18"},\
                {"offset":4,"size":1,"kind":"TYPE","hex":"67","value":"103 ACK"},\
                {"offset":5,"size":4,"kind":"FLAGS","hex":"00000001","value":"FIN"},\
                {"offset":9,"size":1,"kind":"STREAM-ID","hex":"01","value":"1"},\
                {"offset":10,"size":1,"kind":"FRAME-ID","hex":"01","value":"1"},\
                {"offset":11,"size":7,"kind":"SET-VAR","hex":"0103010161030a","name":"sess a","type":"UINT32",\
                "value":"10"},{"offset":18,"size":4,"kind":"UNREAD","hex":"02020500","value":"4 bytes"}],"omitted":0,\
                "notes":[],"faults":[{"offset":20,"inputOffset":20,"status":4,"message":"action 2 (UNSET-VAR): expected \
                a scope from 0 to 4, but 5 came; HAProxy stops here without a word: 1 before it is applied, it and the \
                rest are not"}]}
                {"event":"summary","frames":1,"malformed":1}
                """);
    }

    @Test
    void saysThatTheInputIsEmpty() throws IOException {
        Run run = decode("");
        assertThat(run.out()).isEqualTo("the input is empty\n\n0 frames, 0 malformed\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void endsWith3WhenItCannotRead() {
        Run run = Run.of("decode", folder.resolve("absent").toString());
        assertThat(run.err()).isEqualTo("cannot read " + folder.resolve("absent") + ": there is no such file\n");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(Run.of("decode", folder.toString()).exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port|0|--port: expected 1 to 65535, but it is 0
            --port|65536|--port: expected 1 to 65535, but it is 65536
            --max-frame-size|255|--max-frame-size: expected 256 to 268435456, but it is 255
            --format|elf|--format: expected hex, raw or pcap, but it is elf
            """)
    void endsWith2WhenItIsUsedWrongly(String option, String value, String message) throws IOException {
        Run run = decode("00", option, value);
        assertThat(run.err()).startsWith(message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    /** Whatever is in a file, in each format: no exception, and an exit code that is documented. */
    @Test
    void survivesRandomFiles() throws IOException {
        Random random = new Random(9);
        String[] formats = {"hex", "raw", "pcap"};
        for (int i = 0; i < 600; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (i % 3 == 0) {
                for (int j = 0; j < bytes.length; j++) {
                    bytes[j] = (byte) "0123456789abcdef: \n|*#x".charAt((bytes[j] & 0xFF) % 23);
                }
            }
            Run run = decode(bytes, i % 2 == 0 ? "--json" : "--brief", "--format", formats[i % 3]);
            assertThat(run.exitCode()).as("%s", run).isBetween(0, 2);
            assertThat(run.err()).doesNotContain("Exception");
        }
    }
}
