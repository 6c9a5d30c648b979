package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameText.Fault;
import dev.spoa.protocol.wire.FrameText.Item;
import dev.spoa.protocol.wire.FrameText.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameTextTest {
    @ParameterizedTest
    @MethodSource("dev.spoa.protocol.wire.CompleteFramesTest#examples")
    void findsNothingWrongWithTheFramesOfTheReference(CompleteFramesTest.Example example) {
        FrameText text = FrameText.of(Hex.bytes(example.hex()));

        assertThat(text.faults()).isEmpty();
        assertThat(text.size()).isEqualTo(example.size());
        assertThat(text.length()).isEqualTo(example.size() - 4);
        assertThat(text.header()).isEqualTo(
                new FrameHeader(example.type().code(), 1, example.streamId(), example.frameId()));
        int end = 0;
        for (Item item : text.items()) {
            assertThat(item.offset()).as(item.toString()).isEqualTo(end);
            end += item.size();
        }
        assertThat(end).isEqualTo(example.size());
    }

    /** Each cut of each frame: no exception, one fault where the bytes end, and what is there is still told. */
    @ParameterizedTest
    @MethodSource("dev.spoa.protocol.wire.CompleteFramesTest#examples")
    void saysWhereACutFrameEnds(CompleteFramesTest.Example example) {
        byte[] whole = Hex.bytes(example.hex());
        for (int size = 0; size < whole.length; size++) {
            FrameText text = FrameText.of(Arrays.copyOf(whole, size));

            String message = size < 4 ? "expected the four bytes of LENGTH, but " + count(size) + " came"
                    : "the frame is cut: LENGTH announces " + count(whole.length - 4) + ", but " + count(size - 4)
                            + " came";
            assertThat(text.faults()).containsExactly(new Fault(size, StatusCode.INVALID_FRAME, message));
            assertThat(text.items().stream().mapToInt(Item::size).sum()).isEqualTo(size);
            assertThat(text.line()).endsWith("; malformed at byte " + size + ": " + message + " [status 4]");
        }
    }

    private static String count(int bytes) {
        return bytes + (bytes == 1 ? " byte" : " bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00000020 03 00000001 01 01 0f636865636b2d636c69656e742d6970 01 026970 06c0000201 \
            | NOTIFY stream 1 frame 1, 36 bytes: check-client-ip(ip = IPV4 192.0.2.1)
            0000001c 03 00000001 03 01 016d 03 00 00 016e 04fff0fefefefefefefe0e 0162 11 \
            | NOTIFY stream 3 frame 1, 32 bytes: m((no name) = NULL, n = INT64 -1, b = BOOL true)
            00000015 67 00000001 01 01 01 03 01 0869705f73636f7265 03 0a \
            | ACK stream 1 frame 1, 25 bytes: SET-VAR sess ip_score = UINT32 10
            0000000e 67 00000001 01 01 02 02 02 03666f6f | ACK stream 1 frame 1, 18 bytes: UNSET-VAR txn foo
            00000007 67 00000001 01 01 | ACK stream 1 frame 1, 11 bytes
            00000025 66 00000001 0000 0b7374617475732d636f6465 0300 076d657373616765 08066e6f726d616c \
            | AGENT-DISCONNECT stream 0 frame 0, 41 bytes: status-code = UINT32 0, message = STRING "normal"
            0000003a 02 00000001 0000 0b7374617475732d636f6465 030a 076d657373616765 \
            081b667261676d656e746174696f6e206e6f7420737570706f72746564 \
            | HAPROXY-DISCONNECT stream 0 frame 0, 62 bytes: status-code = UINT32 10, \
            message = STRING "fragmentation not supported"
            00000040 65 00000001 0000 0776657273696f6e 0803322e30 0e6d61782d6672616d652d73697a65 03fcf006 \
            0c6361706162696c6974696573 080a706970656c696e696e67 \
            | AGENT-HELLO stream 0 frame 0, 68 bytes: version = STRING "2.0", max-frame-size = UINT32 16380, \
            capabilities = STRING "pipelining"
            0000000c 03 00000000 07 01 016d 01 0161 \
            | NOTIFY [none] stream 7 frame 1, 16 bytes: m(), part of a fragmented payload, 2 bytes
            00000009 00 00000001 07 01 01ff | UNSET stream 7 frame 1, 13 bytes: part of a fragmented payload, 2 bytes
            00000007 00 00000003 07 01 | UNSET [FIN ABORT] stream 7 frame 1, 11 bytes
            00000013 03 00000001 01 01 0161 00 0162 02 0178 11 0179 01 \
            | NOTIFY stream 1 frame 1, 23 bytes: a(), b(x = BOOL true, y = BOOL false)
            """)
    void tellsAFrameOnOneLine(String hex, String line) {
        assertThat(FrameText.of(Hex.bytes(hex)).line()).isEqualTo(line);
    }

    @Test
    void tellsTheHealthCheckItemByItem() {
        assertThat(FrameText.of(Hex.bytes("0000004e 01 00000001 00 00 12 737570706f727465642d76657273696f6e73 08 03"
                + "322e30 0e 6d61782d6672616d652d73697a65 03 fcf006 0c 6361706162696c6974696573 08 00"
                + "0b 6865616c7468636865636b 11")).text()).isEqualTo("""
                HAPROXY-HELLO stream 0 frame 0, 82 bytes
                      0  0000004e                  LENGTH 78
                      4  01                        TYPE 1 HAPROXY-HELLO
                      5  00000001                  FLAGS FIN
                      9  00                        STREAM-ID 0
                     10  00                        FRAME-ID 0
                     11  12737570706f727465642...  supported-versions = STRING "2.0"
                     35  0e6d61782d6672616d652...  max-frame-size = UINT32 16380
                     54  0c6361706162696c69746...  capabilities = STRING ""
                     69  0b6865616c74686368656...  healthcheck = BOOL true
                  note: a health check (option spop-check): answer AGENT-HELLO and nothing after it
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00000006 03 00000001 01 | 0 | 4 | frame length 6 is below 7, the least there is
            00000000 | 0 | 4 | frame length 0 is below 7, the least there is
            00000007 67 00000001 01 01 ff | 11 | 4 | expected the end of the frame, but 1 byte more came
            00000007 32 00000001 05 01 | 4 | 4 | expected a type from 0 to 3 (engine) or 101 to 103 (agent), but 50 came
            00000007 03 00000001 01 f0 | 10 | 4 | varint cut by the end of the frame
            00000007 67 00000000 01 01 | 5 | 10 | expected FIN (flags 00000001) in ACK, but flags 00000000 came
            0000000a 03 00000001 01 01 0561 62 | 11 | 4 | a length of 5 where 2 bytes are left in the frame
            0000000a 03 00000001 01 01 0161 01 | 14 | 4 | varint cut by the end of the frame
            0000000c 03 00000001 01 01 0161 01 00 0a | 15 | 4 | typed data of type 10 where 0 to 9 are known
            00000007 01 00000001 00 00 | 11 | 5 | expected the key supported-versions, but only [] came
            00000007 65 00000001 00 00 | 11 | 5 | expected the key version, but only [] came
            0000000a 66 00000001 00 00 00 08 00 | 11 | 4 | an empty key in a list of keys and values
            00000035 65 00000001 0000 0776657273696f6e0803322e30 0e6d61782d6672616d652d73697a6503fcf006 \
            0c6361706162696c697469657308 | 57 | 4 | varint cut by the end of the frame
            00000035 65 00000001 0000 0776657273696f6e0803322e30 0e6d61782d6672616d652d73697a6503ff00 \
            0c6361706162696c69746965730800 | 39 | 9 | expected max-frame-size to be 256 or more, but it is 255
            00000007 02 00000001 05 01 | 9 | 4 \
            | expected stream-id 0 and frame-id 0 in HAPROXY-DISCONNECT, but 5 and 1 came
            """)
    void saysWhatIsWrongAndWhere(String hex, int offset, int status, String message) {
        FrameText text = FrameText.of(Hex.bytes(hex));
        assertThat(text.faults()).first().isEqualTo(
                new Fault(offset, StatusCode.ofCode(status).orElseThrow(), message));
        assertThat(text.text()).contains("  malformed at byte " + offset + ": " + message);
    }

    /** Section 1.4: HAProxy stops silently; which action that is and what becomes of the others must be said. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            010300 0161 11 020202 08 03666f6f | 20 | action 2 (UNSET-VAR txn): a length of 8 where 4 bytes are left in \
            the frame; it looks as if a type byte (08) stood before the name foo, but scope and name are bare; HAProxy \
            stops here without a word: 1 before it is applied, it and the rest are not
            010302 0161 00 010302 0162 00 010305 0163 00 | 25 | action 3 (SET-VAR): expected a scope from 0 to 4, but 5 \
            came; HAProxy stops here without a word: 2 before it are applied, it and the rest are not
            010202 0161 | 11 | action 1 (SET-VAR txn a): expected SET-VAR (1) with 3 arguments or UNSET-VAR (2) with 2, \
            but type 1 with 2 came; HAProxy stops here without a word: nothing of this ACK is applied
            000000 | 11 | action 1 (type 0, HAProxy's internal no-op): expected SET-VAR (1) with 3 arguments or UNSET-VAR \
            (2) with 2, but type 0 with 0 came; HAProxy stops here without a word: nothing of this ACK is applied
            0103 | 11 | action 1 (SET-VAR): an action cut before its type, number of arguments and scope; HAProxy stops \
            here without a word: nothing of this ACK is applied
            010302 0161 1d 020202 0162 | 16 | action 1 (SET-VAR txn a): typed data of type 13 where 0 to 9 are known; \
            HAProxy takes that for NULL, unsets the variable and goes on with the next byte
            010302 0161 060102 | 17 | action 1 (SET-VAR txn a): IPV4 of 4 bytes or more where 2 are left in the frame; \
            HAProxy stops here without a word: nothing of this ACK is applied
            """)
    void namesTheActionAtWhichHaproxyStops(String actions, int offset, String message) {
        byte[] payload = Hex.bytes(actions);
        FrameText text = FrameText.of(Hex.bytes("000000%02x 67 00000001 01 01 %s".formatted(7 + payload.length,
                actions)));
        assertThat(text.faults()).containsExactly(new Fault(offset, StatusCode.INVALID_FRAME, message));
        assertThat(text.items()).last().extracting(Item::kind).isEqualTo(Kind.UNREAD);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            47455420 2f204854 | the four bytes of LENGTH are the text "GET ": probably not SPOP at all
            00000007 03 00000001 01 01 | no message at all: HAProxy 3.1 and 3.2 send that
            00000007 67 00000001 01 01 | no action: HAProxy 3.1.0 takes this for no answer
            00000007 67 00000001 00 01 | stream-id 0: good for HAProxy up to 3.0, an error (4) from 3.1 on
            00000007 67 00000001 01 00 | frame-id 0: ignored by HAProxy up to 3.0, an error (4) from 3.1 on
            00000007 67 00000003 01 01 | the agent refuses a NOTIFY in the middle of its fragments
            00000007 03 00000005 01 01 | reserved flags are set
            00000007 03 00000000 07 01 | the first fragment of a NOTIFY (HAProxy up to 3.0)
            00000007 00 00000000 07 01 | a fragment of the NOTIFY with these ids
            00000007 00 00000001 07 01 | the last fragment of the NOTIFY with these ids
            00000007 00 00000003 07 01 | the engine gives the fragmented NOTIFY with these ids up
            0000000d 67 00000001 01 01 02 02 02 02612d | the action at byte 11 without a word: its name, a-
            00000015 66 00000001 0000 0b7374617475732d636f6465 0363 | status 99: an unknown error occurred
            00000015 66 00000001 0000 0b7374617475732d636f6465 0364 | status 100: not a code of SPOP
            00000018 65 00000001 0000 0c76657273696f6e2d696e666f 0800 | it takes version-info for version
            """)
    void notesWhatIsLegalButMatters(String hex, String note) {
        assertThat(FrameText.of(Hex.bytes(hex)).notes()).anyMatch(each -> each.contains(note));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            31 | BOOL false (flags 3: only 1 is true)
            180161 | STRING "a" (flags 1: HAProxy takes it for BINARY)
            02fff0fefe7e | INT32 4294967295 (more than 32 bits; HAProxy keeps all 64)
            02fff0fefefefefefefe0e | INT32 -1
            03f0f1fefe7e | UINT32 4294967296 (more than 32 bits; HAProxy keeps all 64)
            05fff0fefefefefefefe0e | UINT64 18446744073709551615 (-1 to HAProxy, which keeps it signed)
            0720010db8000000000000000000000001 | IPV6 2001:db8:0:0:0:0:0:1
            0803c3a90a | STRING "é\\n"
            0802ff61 | STRING "\\xffa"
            08051b5b33316d | STRING "\\x1b[31m"
            0803e280ae | STRING "\\u{202e}"
            080122 | STRING "\\""
            0902000f | BINARY 2 bytes 000f
            0900 | BINARY 0 bytes
            """)
    void showsValues(String value, String shown) {
        byte[] bytes = Hex.bytes(value);
        for (String frame : List.of("000000%02x 67 00000001 01 01 010302 0161 %s".formatted(12 + bytes.length, value),
                "000000%02x 03 00000001 01 01 016d 01 0161 %s".formatted(12 + bytes.length, value))) {
            FrameText text = FrameText.of(Hex.bytes(frame));
            assertThat(text.faults()).isEmpty();
            assertThat(text.items().getLast().meaning()).endsWith("a = " + shown);
        }
    }

    @Test
    void boundsWhatItSaysOfALargeFrame() {
        ByteBuf out = Unpooled.buffer();
        int start = FrameHeader.begin(out, FrameType.NOTIFY, FrameHeader.FIN, 1, 1);
        List<Argument> arguments = Collections.nCopies(255, new Argument("a", Value.of("x".repeat(1_000))));
        for (int i = 0; i < 10; i++) {
            MessageList.write(out, "m", arguments);
        }
        FrameHeader.end(out, start);

        FrameText text = FrameText.of(out);

        assertThat(text.faults()).isEmpty();
        assertThat(text.items()).hasSize(FrameText.MAX_ITEMS);
        assertThat(text.omitted()).isEqualTo(5 + 10 * 256 - FrameText.MAX_ITEMS);
        assertThat(text.text()).hasSizeLessThan(FrameText.MAX_ITEMS * 300).contains("\n         and 1565 more\n");
        assertThat(text.line()).hasSizeLessThan(500).contains("\"... (1000 bytes)");
        assertThat(out.readerIndex()).isZero();
    }

    @Test
    void readsBytesThatBeginAnywhereInABuffer() {
        FrameText text = FrameText.of(Hex.bufferAt2("0000000a 03 00000001 01 01 0561 62"));
        assertThat(text.faults()).extracting(Fault::offset).containsExactly(11);
        assertThat(text.items().getFirst().hex()).isEqualTo("0000000a");
    }

    /** Whatever comes: no exception, items in order without holes, and nothing that a terminal would obey. */
    @Test
    void survivesRandomAndBrokenFrames() {
        Random random = new Random(20);
        List<String> examples = CompleteFramesTest.examples().map(CompleteFramesTest.Example::hex).toList();
        int malformed = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = i % 4 == 0 ? random(random) : broken(Hex.bytes(examples.get(i % examples.size())), random);
            FrameText text = FrameText.of(bytes);
            int end = 0;
            for (Item item : text.items()) {
                assertThat(item.offset()).as(() -> Hex.of(bytes)).isEqualTo(end);
                end += item.size();
            }
            assertThat(text.text()).as(() -> Hex.of(bytes)).matches("[\\P{Cntrl}\n]*");
            assertThat(text.line()).as(() -> Hex.of(bytes)).matches("\\P{Cntrl}*").hasSizeLessThan(1_200);
            for (Fault fault : text.faults()) {
                assertThat(fault.offset()).as(() -> Hex.of(bytes)).isBetween(0, bytes.length);
            }
            malformed += text.isMalformed() ? 1 : 0;
        }
        assertThat(malformed).isBetween(20_000, 38_000);
    }

    private static byte[] random(Random random) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        if (bytes.length > 9) {
            ByteBuf out = Unpooled.wrappedBuffer(bytes);
            out.setInt(0, bytes.length - 4).setInt(5, random.nextInt(4));
            out.setByte(4, new int[] {0, 1, 2, 3, 101, 102, 103}[random.nextInt(7)]);
        }
        return bytes;
    }

    private static byte[] broken(byte[] whole, Random random) {
        ByteBuf out = Unpooled.copiedBuffer(whole);
        for (int i = random.nextInt(3); i >= 0; i--) {
            out.setByte(random.nextInt(whole.length), random.nextInt(256));
        }
        return ByteBufUtil.getBytes(out);
    }
}
