package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.testsupport.RecordingAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.1. */
class FrameReaderTest {
    private static final int MAX_LENGTH = 500_000;
    private static final String ONE = "03000000010101";
    private static final String TWO = "0300000001030104deadbeef";
    private static final String THREE = "000000000305010203";
    private static final String FRAMES = framed(ONE) + framed(TWO) + framed(THREE);

    private final RecordingAllocator allocator = new RecordingAllocator();
    private final List<String> frames = new ArrayList<>();
    private final FrameReader reader = new FrameReader(allocator, MAX_LENGTH, this::take);

    private boolean take(ByteBuf frame) {
        frames.add(ByteBufUtil.hexDump(ByteBufUtil.getBytes(frame)));
        return true;
    }

    private static String framed(String hex) {
        return String.format("%08x", hex.length() / 2) + hex;
    }

    private void receive(byte[] bytes, int from, int to) {
        // between other bytes, as a slice of a receive buffer would be
        ByteBuf in = Unpooled.buffer().writeZero(3).writeBytes(bytes, from, to - from).skipBytes(3);
        reader.read(in);
    }

    private void receive(String hex) {
        byte[] bytes = ByteBufUtil.decodeHexDump(hex);
        receive(bytes, 0, bytes.length);
    }

    private ProtocolException refusalOf(String hex) {
        return catchThrowableOfType(ProtocolException.class, () -> receive(hex));
    }

    @Test
    void handsOnTheSameFramesHoweverTheBytesAreCutInThreePieces() {
        byte[] bytes = ByteBufUtil.decodeHexDump(FRAMES);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                frames.clear();
                receive(bytes, 0, first);
                receive(bytes, first, second);
                receive(bytes, second, bytes.length);
                assertThat(frames).as("cut at %d and %d", first, second).containsExactly(ONE, TWO, THREE);
            }
        }
        assertThat(allocator.open()).isZero();
    }

    @Test
    void handsOnFramesThatComeInSingleBytes() {
        byte[] bytes = ByteBufUtil.decodeHexDump(FRAMES);
        for (int i = 0; i < bytes.length; i++) {
            receive(bytes, i, i + 1);
        }

        assertThat(frames).containsExactly(ONE, TWO, THREE);
        assertThat(allocator.open()).isZero();
    }

    @Test
    void handsOnWholeFramesInPlace() {
        receive(FRAMES);

        assertThat(frames).containsExactly(ONE, TWO, THREE);
        assertThat(allocator.sizes()).isEmpty();
    }

    @Test
    void collectsOnlyTheHalfAfterAFrame() {
        receive(framed(ONE) + framed(TWO).substring(0, 12));

        assertThat(frames).containsExactly(ONE);
        assertThat(allocator.sizes()).containsExactly(framed(TWO).length() / 2);
        assertThat(ByteBufUtil.hexDump(allocator.latest())).isEqualTo(framed(TWO).substring(0, 12));

        receive(framed(TWO).substring(12) + framed(THREE));

        assertThat(frames).containsExactly(ONE, TWO, THREE);
        assertThat(allocator.sizes()).hasSize(1);
        assertThat(allocator.open()).isZero();
    }

    @Test
    void goesOnBehindTheFrameWhateverTheSinkHasRead() {
        FrameReader lazy = new FrameReader(allocator, MAX_LENGTH, frame -> {
            frame.skipBytes(frames.size() * 3);
            return take(frame);
        });

        lazy.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(FRAMES)));

        assertThat(frames).containsExactly(ONE, TWO.substring(6), THREE.substring(12));
    }

    @Test
    void dropsWhatFollowsTheFrameAfterWhichTheSinkWantsNoMore() {
        FrameReader once = new FrameReader(allocator, MAX_LENGTH, frame -> {
            take(frame);
            return false;
        });
        byte[] bytes = ByteBufUtil.decodeHexDump(FRAMES);

        once.read(Unpooled.wrappedBuffer(bytes));
        assertThat(frames).containsExactly(ONE);

        once.read(Unpooled.wrappedBuffer(bytes, 0, 6));
        once.read(Unpooled.wrappedBuffer(bytes, 6, bytes.length - 6));
        assertThat(frames).containsExactly(ONE, ONE);
        assertThat(allocator.open()).isZero();
    }

    @Test
    void rejectsFrameLargerThanMaximumBeforeAnythingIsAllocated() {
        ProtocolException refusal = refusalOf("0007a121");

        assertThat(refusal.status()).isEqualTo(StatusCode.FRAME_TOO_BIG);
        assertThat(refusal).hasMessage("frame length 500001 exceeds max-frame-size 500000");
        assertThat(allocator.sizes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"80000000", "ffffffff", "47455420", "0007a121"})
    void rejectsHugeLengthsAtTheirFourthByte(String length) {
        receive(length.substring(0, 6));
        assertThat(allocator.sizes()).containsExactly(4);

        ProtocolException refusal = refusalOf(length.substring(6) + "00");

        assertThat(refusal.status()).isEqualTo(StatusCode.FRAME_TOO_BIG);
        assertThat(refusal).hasMessageContaining(Long.toString(Long.parseLong(length, 16)));
        assertThat(allocator.latest().capacity()).isLessThan(512);
        reader.close();
        assertThat(allocator.open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6})
    void rejectsLengthsBelowSeven(int length) {
        ProtocolException refusal = refusalOf(String.format("%08x", length));

        assertThat(refusal.status()).isEqualTo(StatusCode.INVALID_FRAME);
        assertThat(refusal).hasMessage("frame length " + length + " is below 7, the least there is");
    }

    @Test
    void acceptsAFrameOfExactlyTheMaximum() {
        byte[] bytes = new byte[4 + MAX_LENGTH];
        Unpooled.wrappedBuffer(bytes).setInt(0, MAX_LENGTH);

        receive(bytes, 0, bytes.length);
        receive(bytes, 0, 70_000);
        receive(bytes, 70_000, bytes.length);

        assertThat(frames).hasSize(2).allMatch(frame -> frame.length() == 2 * MAX_LENGTH);
    }

    @Test
    void appliesANewMaximumFromTheNextFrameOn() {
        FrameReader[] adjusted = new FrameReader[1];
        adjusted[0] = new FrameReader(allocator, MAX_LENGTH, frame -> {
            adjusted[0].maxLength(7);
            return take(frame);
        });

        ProtocolException refusal = catchThrowableOfType(ProtocolException.class,
                () -> adjusted[0].read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(framed(TWO) + framed(TWO)))));

        assertThat(frames).containsExactly(TWO);
        assertThat(refusal).hasMessage("frame length 12 exceeds max-frame-size 7");
    }

    @Test
    void growsALargeFrameOnlyAsItArrives() {
        byte[] bytes = new byte[4 + MAX_LENGTH];
        Arrays.fill(bytes, (byte) 0x5A);
        Unpooled.wrappedBuffer(bytes).setInt(0, MAX_LENGTH);

        receive(bytes, 0, 5);
        assertThat(allocator.sizes()).containsExactly(16 * 1024);
        receive(bytes, 5, 50_000);
        assertThat(allocator.latest().capacity()).isBetween(200_000, MAX_LENGTH - 1);
        receive(bytes, 50_000, bytes.length);

        assertThat(frames).containsExactly("5a".repeat(MAX_LENGTH));
        assertThat(allocator.sizes()).hasSize(1);
        assertThat(allocator.open()).isZero();
    }

    @Test
    void givesACutFrameItsWholeRoomOnceAFairPartOfItIsThere() {
        byte[] bytes = new byte[4 + 60_000];
        Unpooled.wrappedBuffer(bytes).setInt(0, 60_000);

        receive(bytes, 0, 2);
        receive(bytes, 2, 16_000);

        assertThat(allocator.latest().capacity()).isGreaterThanOrEqualTo(bytes.length);
        reader.close();
    }

    @Test
    void keepsTheRestWhileTheSinkIsNotReady() {
        boolean[] ready = {true};
        FrameReader waiting = new FrameReader(allocator, MAX_LENGTH, new FrameReader.Sink() {
            @Override
            public boolean frame(ByteBuf frame) {
                ready[0] = false;
                return take(frame);
            }

            @Override
            public boolean isReady() {
                return ready[0];
            }
        });
        String three = framed(TWO) + framed(TWO) + framed(TWO);

        waiting.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(three.substring(0, three.length() - 4))));
        waiting.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(three.substring(three.length() - 4))));
        assertThat(frames).hasSize(1);
        assertThat(waiting.hasKept()).isTrue();

        for (int handedOn = 2; handedOn <= 3; handedOn++) {
            ready[0] = true;
            waiting.resume();
            assertThat(frames).hasSize(handedOn).containsOnly(TWO);
        }
        assertThat(waiting.hasKept()).isFalse();
        assertThat(allocator.open()).isZero();
    }

    @Test
    void releasesWhatItKeptWhenItIsClosed() {
        FrameReader waiting = new FrameReader(allocator, MAX_LENGTH, new FrameReader.Sink() {
            @Override
            public boolean frame(ByteBuf frame) {
                return take(frame);
            }

            @Override
            public boolean isReady() {
                return false;
            }
        });
        waiting.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(framed(TWO))));
        assertThat(allocator.open()).isOne();

        waiting.close();

        waiting.resume();
        assertThat(frames).isEmpty();
        assertThat(allocator.open()).isZero();
    }

    @Test
    void tellsHowMuchMemoryACutFrameHolds() {
        receive(framed(ONE));
        assertThat(reader.held()).isZero();

        receive("00000100" + "03");
        assertThat(reader.held()).isEqualTo(4 + 0x100);

        reader.close();
        assertThat(reader.held()).isZero();
    }

    @Test
    void releasesACutFrameWhenItIsClosed() {
        receive(FRAMES.substring(0, 20));
        assertThat(allocator.open()).isOne();

        reader.close();
        reader.close();

        assertThat(allocator.open()).isZero();
    }

    @Test
    void releasesACollectedFrameThatTheSinkRefuses() {
        FrameReader refusing = new FrameReader(allocator, MAX_LENGTH, frame -> {
            throw new IllegalStateException("refused");
        });
        byte[] bytes = ByteBufUtil.decodeHexDump(framed(ONE));
        refusing.read(Unpooled.wrappedBuffer(bytes, 0, 6));

        assertThat(catchThrowableOfType(IllegalStateException.class,
                () -> refusing.read(Unpooled.wrappedBuffer(bytes, 6, bytes.length - 6)))).hasMessage("refused");

        assertThat(allocator.open()).isZero();
        refusing.close();
    }
}
