package dev.spoa.conformance.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameCutterTest {
    private final FrameCutter cutter = new FrameCutter();

    @Test
    void findsFramesWhereverTheBytesAreCut() {
        byte[] first = PeerBytes.muxHello();
        byte[] second = PeerBytes.disconnect(StatusCode.NORMAL);
        byte[] both = PeerBytes.join(first, second);
        for (int cut = 0; cut <= both.length; cut++) {
            List<byte[]> frames = new ArrayList<>(cutter.cut(Arrays.copyOf(both, cut)));
            frames.addAll(cutter.cut(Arrays.copyOfRange(both, cut, both.length)));
            assertThat(frames).as("cut before byte %d", cut).containsExactly(first, second);
        }
    }

    @Test
    void passesOnWhatIsNoFrame() {
        byte[] garbage = "GET / HTTP/1.1\r\n".getBytes(US_ASCII);
        assertThat(cutter.cut(garbage)).isEmpty();
        assertThat(cutter.rest(false)).isEqualTo(garbage);
    }

    @Test
    void keepsTheBeginningOfAFrameUntilTheEnd() {
        byte[] begun = Arrays.copyOf(PeerBytes.muxHello(), 20);
        assertThat(cutter.cut(begun)).isEmpty();
        assertThat(cutter.rest(false)).isEmpty();
        assertThat(cutter.rest(true)).isEqualTo(begun);
    }
}
