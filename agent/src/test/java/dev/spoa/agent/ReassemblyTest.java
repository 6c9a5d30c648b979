package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.testsupport.RecordingAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Section 3.4. */
class ReassemblyTest {
    private static final int NOTIFY = 3;
    private static final int UNSET = 0;
    private static final int MORE = 0;
    private static final int FIN = 1;
    private static final int ABORT = 2;
    private static final int MAX_SIZE = 100;

    private final RecordingAllocator allocator = new RecordingAllocator();
    private final Reassembly reassembly = new Reassembly(allocator, MAX_SIZE);

    @AfterEach
    void everythingIsReleased() {
        reassembly.close();
        assertThat(allocator.open()).isZero();
    }

    private void begin(long streamId, long frameId, int size) {
        reassembly.begin(new FrameHeader(NOTIFY, MORE, streamId, frameId), bytes(0, size));
    }

    private ByteBuf add(int flags, long streamId, long frameId, ByteBuf in) {
        return reassembly.add(new FrameHeader(UNSET, flags, streamId, frameId), in);
    }

    /** Consecutive numbers, from one on. */
    private static ByteBuf bytes(int from, int to) {
        ByteBuf buffer = Unpooled.buffer().writeZero(2).skipBytes(2);
        for (int i = from; i < to; i++) {
            buffer.writeByte(i);
        }
        return buffer;
    }

    private static void assertRefused(ThrowingCallable call, StatusCode status, String message) {
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, call);
        assertThat(refusal).hasMessage(message);
        assertThat(refusal.status()).isEqualTo(status);
    }

    @Test
    void putsThreePiecesTogetherWhereverTheyAreCut() {
        for (int first = 0; first <= MAX_SIZE; first += 7) {
            for (int second = first; second <= MAX_SIZE; second += 9) {
                begin(7, 1, first);
                assertThat(add(MORE, 7, 1, bytes(first, second))).isNull();
                ByteBuf whole = add(FIN, 7, 1, bytes(second, MAX_SIZE));

                assertThat(ByteBufUtil.hexDump(whole)).isEqualTo(ByteBufUtil.hexDump(bytes(0, MAX_SIZE)));
                whole.release();
            }
        }
    }

    @Test
    void isClosedAgainAfterTheLastPiece() {
        begin(7, 1, 10);
        add(FIN, 7, 1, bytes(10, 20)).release();

        reassembly.checkClosed(bytes(0, 0));
        assertRefused(() -> add(FIN, 7, 1, bytes(0, 1)), StatusCode.FRAME_ID_NOT_FOUND,
                "a fragment, but no fragmented NOTIFY is open");
    }

    @Test
    void dropsEverythingAtAbort() {
        begin(7, 1, 10);

        assertThat(add(FIN | ABORT, 7, 1, bytes(0, 0))).isNull();

        assertThat(allocator.open()).isZero();
        reassembly.checkClosed(bytes(0, 0));
        begin(9, 1, 3);
        ByteBuf whole = add(FIN, 9, 1, bytes(3, 4));
        assertThat(whole.readableBytes()).isEqualTo(4);
        whole.release();
    }

    @Test
    void dropsEverythingAtAbortWithoutFin() {
        begin(7, 1, 10);

        assertThat(add(ABORT, 7, 1, bytes(0, 4))).isNull();

        reassembly.checkClosed(bytes(0, 0));
    }

    @Test
    void refusesANotifyBetweenFragments() {
        begin(7, -1, 10);

        assertRefused(() -> reassembly.checkClosed(bytes(0, 0)), StatusCode.INTERLACED_FRAMES,
                "a NOTIFY while fragments of stream 7, frame 18446744073709551615 are open");
    }

    @Test
    void refusesAFragmentOfAnotherStream() {
        begin(7, 1, 10);

        assertRefused(() -> add(FIN, -1, 1, bytes(0, 1)), StatusCode.INTERLACED_FRAMES,
                "a fragment of stream 18446744073709551615, frame 1 while one of stream 7, frame 1 is open");
    }

    @Test
    void refusesAFragmentOfAnotherFrame() {
        begin(7, 1, 10);

        assertRefused(() -> add(FIN | ABORT, 7, 2, bytes(0, 1)), StatusCode.INTERLACED_FRAMES,
                "a fragment of stream 7, frame 2 while one of stream 7, frame 1 is open");
    }

    @Test
    void acceptsExactlyTheMaximum() {
        begin(7, 1, MAX_SIZE - 1);
        ByteBuf whole = add(FIN, 7, 1, bytes(0, 1));

        assertThat(whole.readableBytes()).isEqualTo(MAX_SIZE);
        whole.release();
    }

    @Test
    void refusesOneByteMoreThanTheMaximum() {
        begin(7, 1, MAX_SIZE);

        assertRefused(() -> add(FIN, 7, 1, bytes(0, 1)), StatusCode.FRAME_TOO_BIG,
                "fragments of 101 bytes or more, at most 100 are put together");
    }

    @Test
    void refusesAFirstFragmentAboveTheMaximum() {
        assertRefused(() -> begin(7, 1, MAX_SIZE + 1), StatusCode.FRAME_TOO_BIG,
                "fragments of 101 bytes or more, at most 100 are put together");
    }

    @Test
    void refusesFragmentsWhereTheyWereNotAnnounced() {
        Reassembly none = new Reassembly(allocator, 0);

        assertRefused(() -> none.begin(new FrameHeader(NOTIFY, MORE, 7, 1), bytes(0, 1)),
                StatusCode.FRAGMENTATION_NOT_SUPPORTED,
                "a NOTIFY without FIN, but fragmentation was not announced");
        none.checkClosed(bytes(0, 0));
    }
}
