package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.wire.FrameText;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameStreamTest {
    private static final byte[] ACK = bytes("00000007 67 00000001 01 01");
    private static final byte[] LARGE_ACK = bytes("00000014 67 00000001 03 01 01 03 02 01 78 08 06 616161616161");
    private static final int MAX_LENGTH = 100;

    private final List<String> events = new ArrayList<>();

    private FrameStream stream(boolean isInStep) {
        return new FrameStream(MAX_LENGTH, isInStep, new FrameStream.Sink() {
            @Override
            public void frame(long offset, FrameText frame) {
                events.add(offset + " " + frame.line());
            }

            @Override
            public void skipped(long offset, long bytes, String why) {
                events.add(offset + " skipped " + bytes + ": " + why);
            }
        });
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] joined(byte[]... all) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] bytes : all) {
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private void feed(FrameStream stream, byte[] bytes, int chunk) {
        for (int at = 0; at < bytes.length; at += chunk) {
            stream.data(ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at)));
        }
        stream.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 11, 12, 1_000})
    void cutsFramesHoweverTheyArrive(int chunk) {
        feed(stream(true), joined(ACK, LARGE_ACK, ACK), chunk);
        assertThat(events).containsExactly("0 ACK stream 1 frame 1, 11 bytes",
                "11 ACK stream 3 frame 1, 24 bytes: SET-VAR txn x = STRING \"aaaaaa\"",
                "35 ACK stream 1 frame 1, 11 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1_000})
    void findsTheNextFrameBehindALengthOutOfRange(int chunk) {
        feed(stream(true), joined(ACK, bytes("00000065 67 00000001 01 01 ff"), ACK, bytes("00000003 aabbcc"), ACK,
                bytes("0000")), chunk);
        assertThat(events).containsExactly("0 ACK stream 1 frame 1, 11 bytes",
                "11 ACK, 9 bytes; malformed at byte 0: frame length 101 exceeds the 100 that are taken for a frame"
                        + " (--max-frame-size) [status 3]",
                "15 skipped 8: nothing in them looks like the beginning of a frame",
                "23 ACK stream 1 frame 1, 11 bytes",
                "34 incomplete frame, 4 bytes; malformed at byte 0: frame length 3 is below 7, the least there is"
                        + " [status 4]",
                "38 skipped 3: nothing in them looks like the beginning of a frame",
                "41 ACK stream 1 frame 1, 11 bytes",
                "52 incomplete frame, 2 bytes; malformed at byte 2: expected the four bytes of LENGTH, but 2 bytes came"
                        + " [status 4]");
    }

    @Test
    void goesOnBehindAFrameWithAHole() {
        FrameStream stream = stream(true);
        stream.data(ByteBuffer.wrap(LARGE_ACK, 0, 10));
        stream.gap(5);
        stream.gap(4);
        stream.data(ByteBuffer.wrap(LARGE_ACK, 19, 5));
        feed(stream, ACK, 100);
        assertThat(events).containsExactly("0 skipped 10: a frame with missing bytes in it",
                "24 ACK stream 1 frame 1, 11 bytes");
    }

    @Test
    void looksForAFrameBehindALargerHole() {
        FrameStream stream = stream(true);
        stream.data(ByteBuffer.wrap(joined(ACK, new byte[] {0, 0, 0})));
        stream.gap(100);
        feed(stream, joined(new byte[] {1, 2, 3}, ACK), 100);
        assertThat(events).containsExactly("0 ACK stream 1 frame 1, 11 bytes",
                "11 skipped 3: nothing in them looks like the beginning of a frame",
                "114 skipped 3: nothing in them looks like the beginning of a frame",
                "117 ACK stream 1 frame 1, 11 bytes");
    }

    @Test
    void looksForTheFirstFrameWhereTheStartIsUnknown() {
        feed(stream(false), joined(bytes("aabbcc"), ACK), 100);
        assertThat(events).containsExactly("0 skipped 3: nothing in them looks like the beginning of a frame",
                "3 ACK stream 1 frame 1, 11 bytes");
    }

    /** Any bytes in any pieces: no exception, the same events, and no more kept than a frame. */
    @Test
    void survivesRandomBytes() {
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            if (noise.length > 4) {
                noise[0] = 0;
                noise[1] = 0;
                noise[2] = 0;
            }
            byte[] input = joined(ACK, noise, LARGE_ACK, ACK);
            feed(stream(true), input, input.length);
            List<String> whole = List.copyOf(events);
            events.clear();
            FrameStream stream = stream(true);
            for (byte b : input) {
                stream.data(ByteBuffer.wrap(new byte[] {b}));
                assertThat(stream.held()).isLessThan(MAX_LENGTH + 4);
            }
            stream.end();
            assertThat(events).isEqualTo(whole);
            events.clear();
        }
    }
}
