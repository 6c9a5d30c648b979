package dev.spoa.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpTrackerTest {
    private static final int RAW = 101;

    private final List<String> events = new ArrayList<>();
    private final StringBuilder request = new StringBuilder();
    private final TcpTracker tracker = new TcpTracker(end -> true, new Recorder());
    private final TcpConversation tcp = TcpConversation.ipv4();
    private long number;

    private final class Recorder implements TcpTracker.Sink {
        @Override
        public void opened(Connection connection, Packet packet) {
            events.add("open " + connection + (connection.isStartCaptured() ? "" : " (started before)"));
        }

        @Override
        public void data(Flow flow, ByteBuffer data, Packet packet) {
            String text = StandardCharsets.ISO_8859_1.decode(data).toString();
            if (flow == flow.connection().request()) {
                request.append(text);
            }
            events.add((flow == flow.connection().request() ? "> " : "< ") + text);
        }

        @Override
        public void gap(Flow flow, long bytes, Packet packet) {
            if (flow == flow.connection().request()) {
                request.append("?".repeat((int) bytes));
            }
            events.add((flow == flow.connection().request() ? "> " : "< ") + "gap " + bytes);
        }

        @Override
        public void closed(Connection connection, TcpTracker.End how, Packet packet) {
            events.add("close " + how);
        }
    }

    private void packets(byte[]... all) {
        for (byte[] bytes : all) {
            number++;
            tracker.packet(new Packet(number, 0, number, RAW, bytes));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void followsAConnectionFromSynToFin() {
        packets(tcp.syn(), tcp.synAck(), tcp.request(0, 0, new byte[0]), tcp.request(0, 0, ascii("hello")),
                tcp.response(0, 5, ascii("you")), tcp.fin(true, 5, 3), tcp.fin(false, 3, 6),
                tcp.request(6, 4, new byte[0]));
        tracker.finish();
        assertThat(events).containsExactly("open 192.0.2.1:40000 > 192.0.2.2:9000", "> hello", "< you", "close FIN");
    }

    /** Over the point at which sequence numbers turn around, which is at byte 20 of the client's stream. */
    @Test
    void putsSegmentsInOrderAndDropsWhatCameBefore() {
        packets(tcp.syn(), tcp.synAck(), tcp.request(30, 0, ascii("dddddddddd")),
                tcp.request(10, 0, ascii("bbbbbbbbbb")),
                tcp.request(0, 0, ascii("aaaaaaaaaabbb")), tcp.request(0, 0, ascii("aaaaaaaaaa")),
                tcp.request(15, 0, ascii("bbbbbccccccccccd")));
        assertThat(request.toString()).isEqualTo("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd");
        assertThat(events).noneMatch(event -> event.contains("gap"));
    }

    @Test
    void reportsAGapWhenTheReceiverHasWhatTheCaptureLacks() {
        packets(tcp.syn(), tcp.synAck(), tcp.request(0, 0, ascii("aa")), tcp.request(5, 0, ascii("bb")));
        assertThat(request.toString()).isEqualTo("aa");
        packets(tcp.response(0, 2, new byte[0]));
        assertThat(request.toString()).isEqualTo("aa");
        packets(tcp.response(0, 7, new byte[0]));
        assertThat(request.toString()).isEqualTo("aa???bb");
    }

    @Test
    void reportsAGapAtTheEndOfTheCapture() {
        packets(tcp.syn(), tcp.synAck(), tcp.request(5, 0, ascii("bb")), tcp.response(0, 0, ascii("x")),
                tcp.request(7, 9, new byte[0]));
        tracker.finish();
        assertThat(events).containsExactly("open 192.0.2.1:40000 > 192.0.2.2:9000", "< x", "> gap 5", "> bb", "< gap 8",
                "close CAPTURE");
    }

    @Test
    void givesUpWaitingAtItsLimit() {
        packets(tcp.syn(), tcp.synAck());
        int sent = 1;
        while (events.size() == 1) {
            packets(tcp.request(sent, 0, new byte[60_000]));
            sent += 60_000;
        }
        assertThat(sent).isBetween(Flow.MAX_WAITING, Flow.MAX_WAITING + 60_001);
        assertThat(events.get(1)).isEqualTo("> gap 1");
    }

    @Test
    void takesAConnectionWhoseStartItLacks() {
        packets(tcp.response(100, 0, ascii("later")), tcp.request(50, 105, ascii("x")), tcp.reset(51));
        assertThat(events).containsExactly("open 192.0.2.2:9000 > 192.0.2.1:40000 (started before)", "> later", "< x",
                "close RST");
    }

    @Test
    void knowsTheServerByItsSynAckAlone() {
        packets(tcp.synAck(), tcp.request(0, 0, ascii("a")));
        assertThat(events).containsExactly("open 192.0.2.1:40000 > 192.0.2.2:9000", "> a");
    }

    @Test
    void tellsTwoConnectionsBetweenTheSamePortsApart() {
        packets(tcp.syn(), tcp.syn(), tcp.request(0, 0, ascii("a")));
        byte[] again = tcp.syn();
        again[27]++; // the last byte of the sequence number
        packets(again);
        assertThat(events).containsExactly("open 192.0.2.1:40000 > 192.0.2.2:9000", "> a", "close CAPTURE",
                "open 192.0.2.1:40000 > 192.0.2.2:9000");
    }

    @Test
    void followsABoundedNumberOfConnections() {
        for (int i = 0; i < TcpTracker.MAX_CONNECTIONS + 5; i++) {
            packets(new TcpConversation("192.0.2.1", 1 + i, "192.0.2.2", 65_000).syn());
        }
        assertThat(events).hasSize(TcpTracker.MAX_CONNECTIONS);
        assertThat(tracker.untracked()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"1, 0102030405060a0b0c0d0e0f0800", "1, 0102030405060a0b0c0d0e0f810000070800",
        "1, 0102030405060a0b0c0d0e0f88a80007810000080800", "113, 000000010006000102030405000008 00",
        "276, 0800000000000001000100060102030405060000", "0, 02000000", "108, 00000002", "12, ''", "14, ''", "228, ''"})
    void readsBehindEachLinkHeader(int linkType, String header) {
        byte[] before = HexFormat.of().parseHex(header.replace(" ", ""));
        tracker.packet(new Packet(1, 0, 1, linkType, TcpConversation.behind(before, tcp.syn())));
        tracker.packet(new Packet(2, 0, 2, linkType, TcpConversation.behind(before, tcp.request(0, 0, ascii("a")))));
        assertThat(events).containsExactly("open 192.0.2.1:40000 > 192.0.2.2:9000", "> a");
    }

    @Test
    void readsIpv6WithExtensionHeaders() {
        TcpConversation six = new TcpConversation("2001:db8::1", 1, "2001:db8::2", 2);
        packets(six.syn(), six.request(0, 0, ascii("a")));
        assertThat(events).containsExactly("open [2001:db8:0:0:0:0:0:1]:1 > [2001:db8:0:0:0:0:0:2]:2", "> a");
    }

    @Test
    void passesOverWhatIsNoTcp() {
        byte[] udp = tcp.syn();
        udp[9] = 17;
        byte[] fragment = tcp.syn();
        fragment[6] = 0x20;
        packets(udp, fragment, new byte[0], new byte[] {0x45}, new byte[] {0x60}, new byte[] {0x10});
        tracker.packet(new Packet(1, 0, 1, 9_999, tcp.syn()));
        assertThat(events).isEmpty();
        assertThat(tracker.segments()).isZero();
        assertThat(tracker.unknownLinks()).isEqualTo(1);
    }

    /** Cut into pieces, doubled, overlapping and in any order: the stream is always the same. */
    @Test
    void putsAnyOrderTogether() {
        Random random = new Random(7);
        String sent = "abcdefghijklmnopqrstuvwxyz0123456789".repeat(5);
        for (int round = 0; round < 500; round++) {
            List<byte[]> segments = new ArrayList<>();
            for (int at = 0; at < sent.length();) {
                int end = Math.min(sent.length(), at + 1 + random.nextInt(20));
                for (int copies = random.nextInt(3); copies >= 0; copies--) {
                    int from = Math.max(0, at - random.nextInt(5));
                    segments.add(tcp.request(from, 0, ascii(sent.substring(from, end))));
                }
                at = end;
            }
            Collections.shuffle(segments, random);
            request.setLength(0);
            byte[] syn = tcp.syn();
            packets(tcp.reset(0), syn);
            packets(segments.toArray(byte[][]::new));
            assertThat(request.toString()).isEqualTo(sent);
        }
    }
}
