package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NotifyRunTest {
    private static final int MAX_LENGTH = 16_380;

    private final NotifyRun run = new NotifyRun();
    /** What is received begins somewhere in the buffer. */
    private final ByteBuf in = Unpooled.buffer().writeZero(7).skipBytes(7);

    private void add(FrameType type, int flags, int length) {
        int start = FrameHeader.begin(in, type, flags, 1, 1);
        in.writeBytes(new byte[length - FrameHeader.MIN_LENGTH]);
        FrameHeader.end(in, start);
    }

    private void addNotify(int length) {
        add(FrameType.NOTIFY, FrameHeader.FIN, length);
    }

    private void assertTakes(int bytes) {
        byte[] received = ByteBufUtil.getBytes(in);

        assertThat(run.take(in, MAX_LENGTH)).isEqualTo(bytes);
        assertThat(Arrays.copyOf(run.bytes(), bytes)).isEqualTo(Arrays.copyOf(received, bytes));
        assertThat(in.readerIndex()).isEqualTo(7);
    }

    @Test
    void takesNothingWhereNothingIs() {
        assertTakes(0);
    }

    @Test
    void takesAllThatAreWhole() {
        addNotify(7);
        addNotify(300);
        addNotify(4_096);
        assertTakes(11 + 304 + 4_100);
    }

    @Test
    void leavesOneThatIsCutAnywhere() {
        addNotify(20);
        addNotify(20);
        byte[] both = ByteBufUtil.getBytes(in);
        for (int end = 24; end < 48; end++) {
            in.clear().writeZero(7).skipBytes(7).writeBytes(both, 0, end);
            assertTakes(24);
        }
    }

    @Test
    void leavesALongOne() {
        addNotify(10);
        addNotify(4_097);
        addNotify(10);
        assertTakes(14);
    }

    @Test
    void leavesOneThatIsLongerThanWasAgreed() {
        addNotify(300);
        addNotify(301);

        assertThat(run.take(in, 300)).isEqualTo(304);
    }

    @Test
    void leavesALengthThatIsTooShortOrNegative() {
        for (int length : new int[] {0, 6, -1, Integer.MIN_VALUE}) {
            in.clear().writeZero(7).skipBytes(7);
            addNotify(20);
            addNotify(20);
            in.setInt(7 + 24, length);
            assertTakes(24);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NOTIFY", mode = EnumSource.Mode.EXCLUDE)
    void leavesOtherFrames(FrameType type) {
        addNotify(10);
        add(type, FrameHeader.FIN, 10);
        addNotify(10);
        assertTakes(14);
    }

    @Test
    void leavesAFragment() {
        addNotify(10);
        add(FrameType.NOTIFY, 0, 10);
        addNotify(10);
        assertTakes(14);
    }

    @Test
    void takesNoMoreThanItHasRoomFor() {
        for (int i = 0; i < 20; i++) {
            addNotify(4_092);
        }
        assertTakes(16 * 4_096);
    }
}
