package dev.spoa.cli;

import static dev.spoa.cli.FrameStreamTest.bytes;
import static dev.spoa.cli.FrameStreamTest.joined;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.cli.capture.CaptureWriter;
import dev.spoa.cli.capture.TcpConversation;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures of whole connections, from the file to what is printed. */
class DecodeCaptureTest {
    private static final int RAW = 101;
    private static final byte[] HELLO = bytes("0000004e 01 00000001 00 00 12 737570706f727465642d76657273696f6e73 08 03"
            + "322e30 0e 6d61782d6672616d652d73697a65 03 fcf006 0c 6361706162696c6974696573 08 00"
            + "0b 6865616c7468636865636b 01");
    private static final byte[] AGENT_HELLO = bytes("00000036 65 00000001 0000 0776657273696f6e0803322e30"
            + "0e6d61782d6672616d652d73697a6503fcf006 0c6361706162696c69746965730800");
    private static final byte[] NOTIFY = bytes(
            "00000020 03 00000001 01 01 0f636865636b2d636c69656e742d6970 01 026970 06c0000201");
    private static final byte[] ACK = bytes("00000015 67 00000001 01 01 01 03 01 0869705f73636f7265 03 0a");
    private static final String HELLO_TEXT = "HAPROXY-HELLO stream 0 frame 0, 82 bytes: supported-versions = STRING"
            + " \"2.0\", max-frame-size = UINT32 16380, capabilities = STRING \"\", healthcheck = BOOL false\n";
    private static final String AGENT_HELLO_TEXT = "AGENT-HELLO stream 0 frame 0, 58 bytes: version = STRING \"2.0\","
            + " max-frame-size = UINT32 16380, capabilities = STRING \"\"\n";

    private final TcpConversation tcp = TcpConversation.ipv4();

    @TempDir private Path folder;

    private Run decode(byte[] capture, String... options) throws IOException {
        Path file = Files.write(folder.resolve("capture"), capture);
        String[] arguments = Arrays.copyOf(new String[] {"decode", file.toString()}, options.length + 2);
        System.arraycopy(options, 0, arguments, 2, options.length);
        return Run.of(arguments);
    }

    /** NOTIFY and ACK in pieces, out of order and sent again. */
    private CaptureWriter conversation(CaptureWriter writer) {
        int asked = HELLO.length;
        int answered = AGENT_HELLO.length;
        return writer.packet(0, tcp.syn()).packet(1, tcp.synAck()).packet(2, tcp.request(0, 0, HELLO))
                .packet(3, tcp.response(0, asked, AGENT_HELLO))
                .packet(4, tcp.request(asked + 20, answered, Arrays.copyOfRange(NOTIFY, 20, 36)))
                .packet(5, tcp.request(asked, answered, Arrays.copyOf(NOTIFY, 20)))
                .packet(6, tcp.request(asked, answered, NOTIFY))
                .packet(17, tcp.response(answered, asked + 36, ACK))
                .packet(20, tcp.fin(true, asked + 36, answered + 25))
                .packet(21, tcp.fin(false, answered + 25, asked + 37));
    }

    @Test
    void tellsAConversationInTheOrderOfTime() throws IOException {
        String there = "#1 192.0.2.1:40000 > 192.0.2.2:9000  packet ";
        String back = "#1 192.0.2.2:9000 > 192.0.2.1:40000  packet ";
        String expected = "2025-11-25T02:00:00.002Z  " + there + "3 byte 0  " + HELLO_TEXT
                + "2025-11-25T02:00:00.003Z  " + back + "4 byte 0  " + AGENT_HELLO_TEXT
                + "2025-11-25T02:00:00.005Z  " + there
                + "6 byte 82  NOTIFY stream 1 frame 1, 36 bytes: check-client-ip(ip = IPV4 192.0.2.1)\n"
                + "2025-11-25T02:00:00.017Z  " + back + "8 byte 58  ACK stream 1 frame 1, 25 bytes:"
                + " SET-VAR sess ip_score = UINT32 10, 12.000 ms after its NOTIFY\n"
                + "2025-11-25T02:00:00.021Z  #1 192.0.2.1:40000 > 192.0.2.2:9000  closed, 4 frames\n"
                + "4 frames, 0 malformed\n";
        for (CaptureWriter writer : new CaptureWriter[] {CaptureWriter.pcap(ByteOrder.BIG_ENDIAN, false, RAW),
            CaptureWriter.pcap(ByteOrder.LITTLE_ENDIAN, true, RAW),
            CaptureWriter.pcapNg(ByteOrder.LITTLE_ENDIAN, RAW)}) {
            Run run = decode(conversation(writer).bytes(), "--brief");
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).isEqualTo(expected);
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void showsEachFrameInFull() throws IOException {
        assertThat(decode(conversation(CaptureWriter.pcap(RAW)).bytes()).out()).endsWith("""

                2025-11-25T02:00:00.017Z  #1 192.0.2.2:9000 > 192.0.2.1:40000  packet 8
                byte 58 of the stream: ACK stream 1 frame 1, 25 bytes, 12.000 ms after its NOTIFY
                      0  00000015                  LENGTH 21
                      4  67                        TYPE 103 ACK
                      5  00000001                  FLAGS FIN
                      9  01                        STREAM-ID 1
                     10  01                        FRAME-ID 1
                     11  0103010869705f73636f7...  SET-VAR sess ip_score = UINT32 10

                2025-11-25T02:00:00.021Z  #1 192.0.2.1:40000 > 192.0.2.2:9000  closed, 4 frames

                4 frames, 0 malformed
                """);
    }

    @Test
    void writesWhereEachFrameWasAsJson() throws IOException {
        assertThat(decode(conversation(CaptureWriter.pcap(RAW)).bytes(), "--json").out().lines())
                .hasSize(6)
                .anyMatch(line -> line.startsWith("{\"event\":\"frame\",\"connection\":1,\"from\":\"192.0.2.2:9000\","
                        + "\"to\":\"192.0.2.1:40000\",\"time\":\"2025-11-25T02:00:00.017Z\",\"packet\":8,\"fileOffset\":")
                        && line.contains("\"offset\":58,\"size\":25,\"length\":21,\"type\":103,\"name\":\"ACK\"")
                        && line.contains("\"nanosAfterNotify\":12000000,"))
                .anyMatch(line -> line.contains("\"event\":\"closed\"") && line.endsWith(
                        "\"how\":\"fin\",\"frames\":4,\"unanswered\":0}"))
                .last().isEqualTo("{\"event\":\"summary\",\"frames\":4,\"malformed\":0}");
    }

    @Test
    void saysWhichBytesAreMissingAndGoesOn() throws IOException {
        Run run = decode(CaptureWriter.pcap(RAW).packet(0, tcp.syn()).packet(1, tcp.synAck())
                .packet(2, tcp.request(0, 0, HELLO)).packet(3, tcp.request(82, 0, Arrays.copyOf(NOTIFY, 20)))
                .packet(4, tcp.request(105, 0, joined(Arrays.copyOfRange(NOTIFY, 23, 36), NOTIFY)))
                .packet(5, tcp.response(0, 154, ACK)).packet(6, tcp.reset(154)).bytes(), "--brief");
        assertThat(run.out().lines().skip(1).map(line -> line.replaceFirst("^\\S+  ", ""))).containsExactly(
                "#1 192.0.2.2:9000 > 192.0.2.1:40000  packet 6 byte 0  ACK stream 1 frame 1, 25 bytes: SET-VAR sess"
                        + " ip_score = UINT32 10",
                "#1 192.0.2.1:40000 > 192.0.2.2:9000  packet 6  3 bytes missing in the capture",
                "#1 192.0.2.1:40000 > 192.0.2.2:9000  packet 6 byte 82  20 bytes passed over: a frame with missing bytes"
                        + " in it",
                "#1 192.0.2.1:40000 > 192.0.2.2:9000  packet 6 byte 118  NOTIFY stream 1 frame 1, 36 bytes:"
                        + " check-client-ip(ip = IPV4 192.0.2.1)",
                "#1 192.0.2.1:40000 > 192.0.2.2:9000  reset, 3 frames, 1 NOTIFY without ACK", "3 frames, 0 malformed");
        assertThat(decode(Files.readAllBytes(folder.resolve("capture")), "--json").out()).contains(
                "{\"event\":\"gap\",", "\"bytes\":3}", "{\"event\":\"skipped\",");
    }

    @Test
    void passesOverConnectionsThatAreNotSpop() throws IOException {
        byte[] capture = CaptureWriter.pcap(RAW).packet(0, tcp.syn())
                .packet(1, tcp.request(0, 0, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .packet(2, new TcpConversation("192.0.2.3", 1, "192.0.2.2", 9_000).syn())
                .packet(3, new TcpConversation("192.0.2.4", 1, "192.0.2.2", 80).syn()).bytes();
        Run run = decode(capture, "--brief");
        assertThat(run.out()).isEqualTo("""
                #1 192.0.2.1:40000 > 192.0.2.2:9000  passed over: not SPOP (18 bytes)
                2025-11-25T02:00:00.003Z  #2 192.0.2.3:1 > 192.0.2.2:9000  still open at the end of the capture, 0 frames
                2025-11-25T02:00:00.003Z  #3 192.0.2.4:1 > 192.0.2.2:80  still open at the end of the capture, 0 frames
                0 frames, 0 malformed
                """);
        assertThat(run.exitCode()).isZero();
        assertThat(decode(capture, "--json").out()).contains("{\"event\":\"not-spop\",");

        Run told = decode(capture, "--brief", "--port", "9000");
        assertThat(told.out()).contains("frame length 1195725856 exceeds", "14 bytes passed over: nothing in them")
                .doesNotContain("192.0.2.4");
        assertThat(told.exitCode()).isEqualTo(1);
        assertThat(decode(capture, "--brief", "--port", "81").out()).isEqualTo(
                "no TCP segment with that port in the capture\n0 frames, 0 malformed\n");
    }

    @Test
    void holdsFramesAgainstTheSizeInHello() throws IOException {
        byte[] small = HELLO.clone();
        int at = 11 + 24 + 15 + 1; // behind supported-versions, the key max-frame-size and its type
        System.arraycopy(bytes("f0f000"), 0, small, at, 3); // 4080
        Run run = decode(CaptureWriter.pcap(RAW).packet(0, tcp.syn()).packet(1, tcp.request(0, 0, small))
                .packet(2, tcp.response(0, 82, joined(bytes("00001007 67 00000001 01 01"), new byte[0x1000])))
                .packet(3, tcp.reset(82)).bytes(), "--brief");
        assertThat(run.out()).contains("malformed at byte 0: frame length 4103 exceeds the max-frame-size 4080 of the"
                + " HELLOs [status 3]");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void findsFramesWhereTheStartIsMissing() throws IOException {
        Run run = decode(CaptureWriter.pcap(RAW)
                .packet(0, tcp.request(500, 700, joined(Arrays.copyOfRange(NOTIFY, 9, 36), NOTIFY)))
                .packet(2, tcp.response(700, 563, ACK)).bytes(), "--brief");
        assertThat(run.out().lines().map(line -> line.replaceFirst("^\\S+  ", ""))).containsExactly(
                "#1 192.0.2.1:40000 > 192.0.2.2:9000  packet 1 byte 27  NOTIFY stream 1 frame 1, 36 bytes:"
                        + " check-client-ip(ip = IPV4 192.0.2.1)",
                "#1 192.0.2.2:9000 > 192.0.2.1:40000  packet 2 byte 0  ACK stream 1 frame 1, 25 bytes: SET-VAR sess"
                        + " ip_score = UINT32 10, 2.000 ms after its NOTIFY",
                "#1 192.0.2.1:40000 > 192.0.2.2:9000  still open at the end of the capture, 2 frames",
                "2 frames, 0 malformed");
    }

    @Test
    void tellsWhatItHasOfACaptureThatIsCut() throws IOException {
        byte[] whole = conversation(CaptureWriter.pcap(RAW)).bytes();
        Run run = decode(Arrays.copyOf(whole, whole.length - 1), "--brief");
        assertThat(run.out()).contains("4 frames, 0 malformed\n");
        assertThat(run.err()).contains("packet 10 of 40 bytes expected, but the file ends after 39 of them");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void saysWhatItCannotRead() throws IOException {
        assertThat(decode(CaptureWriter.pcap(147).packet(0, tcp.syn()).bytes(), "--brief").out()).isEqualTo("""
                1 packet passed over: the link type is not Ethernet, Linux cooked, raw IP or loopback
                no TCP segment in the capture
                0 frames, 0 malformed
                """);
        Run run = decode(new byte[] {1, 2, 3, 4}, "--format", "pcap");
        assertThat(run.err()).contains("expected a pcap or pcapng file");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    /** More than are remembered wait for an ACK: the last of them is known still, and all are counted. */
    @Test
    void forgetsTheEldestNotifyFirst() throws IOException {
        int number = Conversation.MAX_PENDING + 500;
        ByteArrayOutputStream notifies = new ByteArrayOutputStream();
        for (int i = 1; i <= number; i++) {
            notifies.writeBytes(PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, i, 1, new byte[0]));
        }
        byte[] last = PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, number, 1, new byte[0]);
        byte[] first = PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, 1, 1, new byte[0]);
        int asked = notifies.size();
        Run run =
                decode(CaptureWriter.pcap(RAW).packet(0, tcp.syn()).packet(1, tcp.request(0, 0, notifies.toByteArray()))
                        .packet(4, tcp.response(0, asked, last)).packet(5, tcp.response(last.length, asked, first))
                        .packet(6, tcp.reset(asked)).bytes(), "--brief");
        assertThat(run.out()).contains("ACK stream " + number + " frame 1, 12 bytes, 3.000 ms after its NOTIFY\n",
                "ACK stream 1 frame 1, 11 bytes\n", "reset, 1502 frames, 1498 NOTIFY without ACK\n");
    }

    /** Many connections, each with a large frame that never ends: one is given up, and that is said. */
    @Test
    void keepsABoundedAmountOfUnfinishedFrames() throws IOException {
        CaptureWriter writer = CaptureWriter.pcap(RAW);
        int size = 65_000;
        byte[] data = new byte[size];
        System.arraycopy(bytes("000ffff0 03 00000001"), 0, data, 0, 9);
        int packets = CaptureDecoder.MAX_HELD / size + 1;
        for (int i = 0; i < packets; i++) {
            TcpConversation each = new TcpConversation("192.0.2.1", 1 + i, "192.0.2.2", 9_000);
            writer.packet(i, each.syn()).packet(i, each.request(0, 0, data));
        }
        Run run = decode(writer.bytes(), "--brief");
        assertThat(run.out()).containsOnlyOnce("more than 67108864 bytes of unfinished frames are kept");
        assertThat(run.out()).contains("#" + packets + " 192.0.2.1:" + packets + " > 192.0.2.2:9000  packet "
                + 2 * packets + " byte 0  65000 bytes passed over: more than");
    }
}
