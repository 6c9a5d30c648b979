package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.it.SoakSample.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoakGrowthTest {
    private static final int MINUTES = 30;
    private static final long USUAL = 1_000_000;

    /** A sample a minute, in which one figure has the values of a function and all others never change. */
    private static List<SoakSample> samples(Figure changing, IntToLongFunction valueAtMinute) {
        List<SoakSample> samples = new ArrayList<>();
        for (int minute = 1; minute <= MINUTES; minute++) {
            Map<Figure, Long> values = new EnumMap<>(Figure.class);
            for (Figure figure : Figure.values()) {
                values.put(figure, figure == changing ? valueAtMinute.applyAsLong(minute) : USUAL);
            }
            samples.add(new SoakSample(Duration.ofMinutes(minute), values, 0, 0, 0, 0));
        }
        return samples;
    }

    @Test
    void nothingChanges() {
        SoakGrowth growth = new SoakGrowth(samples(Figure.HEAP, minute -> USUAL));

        assertThat(growth.complaints()).isEmpty();
        assertThat(growth.summary())
                .contains("HEAP        from 1000000 to 1000000 (+0.00 %), between 1000000 and 1000000");
    }

    @ParameterizedTest
    @EnumSource
    void growthWhileTheProcessWarmsUpDoesNotCount(Figure figure) {
        assertThat(new SoakGrowth(samples(figure, minute -> USUAL + 100_000L * Math.min(minute, 10))).complaints())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "RSS", mode = EnumSource.Mode.EXCLUDE)
    void whatSwingsDoesNotGrow(Figure figure) {
        Random random = new Random(5);

        assertThat(new SoakGrowth(samples(figure, minute -> USUAL + random.nextInt(1_000))).complaints()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "RSS", mode = EnumSource.Mode.EXCLUDE)
    void whatGrowsByLittleWhileItSwingsDoesGrow(Figure figure) {
        Random random = new Random(5);

        assertThat(
                new SoakGrowth(samples(figure, minute -> USUAL + 1_000L * minute + random.nextInt(5_000))).complaints())
                .singleElement().asString().startsWith(figure + " has grown: at first at most ");
    }

    @Test
    void theHeapMayBeHalfAPercentMore() {
        assertThat(new SoakGrowth(samples(Figure.HEAP, minute -> USUAL + (minute < 20 ? 0 : 5_000))).complaints())
                .isEmpty();
        assertThat(new SoakGrowth(samples(Figure.HEAP, minute -> USUAL + (minute < 20 ? 0 : 5_001))).complaints())
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"BUFFERS", "THREADS", "DESCRIPTORS"})
    void oneMoreOfWhatIsCountedIsGrowth(Figure figure) {
        assertThat(new SoakGrowth(samples(figure, minute -> minute < 20 ? 21 : 22)).complaints())
                .containsExactly(figure + " has grown: at first at most 21, in the end at least 22");
    }

    @Test
    void aBufferWhereThereWasNoneIsGrowth() {
        SoakGrowth growth = new SoakGrowth(samples(Figure.BUFFERS, minute -> minute < 20 ? 0 : 1));

        assertThat(growth.complaints()).containsExactly("BUFFERS has grown: at first at most 0, in the end at least 1");
        assertThat(growth.summary()).contains("BUFFERS     from 0 to 1, between 0 and 1");
    }

    @Test
    void residentMemoryMayGrowByLessThanTwoPerCent() {
        assertThat(new SoakGrowth(samples(Figure.RSS, minute -> USUAL + (minute < MINUTES ? 0 : 19_999))).complaints())
                .isEmpty();
        assertThat(new SoakGrowth(samples(Figure.RSS, minute -> USUAL + (minute < MINUTES ? 0 : 20_000))).complaints())
                .containsExactly("RSS has grown by 2 % or more, from 1000000 to 1020000");
    }
}
