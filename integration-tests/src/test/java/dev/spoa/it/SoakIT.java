package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.it.SoakSample.Figure;
import dev.spoa.testkit.HaproxyVersion;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A soak of some seconds; {@code scripts/soak} runs one for as long as it is told. */
class SoakIT {
    private static final Duration TIME = Duration.parse(System.getProperty("soak.time", "PT25S"));

    @Test
    @Timeout(value = 30, unit = TimeUnit.DAYS)
    void nothingGrowsAndNoAnswerIsWrong() throws Exception {
        List<HaproxyVersion> versions =
                Versions.all().stream().filter(version -> version.binary().isPresent()).toList();
        try (Soak soak = new Soak(versions, TIME)) {
            Soak.Result result = soak.run();

            assertThat(result.complaints()).isEmpty();
            assertThat(result.right()).isGreaterThan(TIME.toSeconds());
            assertThat(result.disturbances()).containsOnlyKeys(Soak.Disturbance.values());
            assertThat(result.samples()).isNotEmpty().allSatisfy(sample -> {
                assertThat(sample.inFlight()).isZero();
                assertThat(sample.value(Figure.BUFFERS)).isNotNegative();
                for (Figure figure : EnumSet.complementOf(EnumSet.of(Figure.BUFFERS))) {
                    assertThat(sample.value(figure)).as(figure.name()).isPositive();
                }
            });
        }
    }
}
