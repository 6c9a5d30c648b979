package dev.spoa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spoa.engine.EngineProfile;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static LoadPlan plan(int connections, int inFlight, int threads, Duration duration, double rate, int size) {
        return new LoadPlan(EngineProfile.MUX, connections, inFlight, threads, Duration.ZERO, duration, rate, SECOND,
                size, 1, Payload.small());
    }

    @Test
    void saysWhatWasExpected() {
        refuses("connections: expected 1 to 10000, but 0 came", 0, 1, 1, SECOND, 0, 256);
        refuses("in-flight: expected 1 to 65536, but 0 came", 1, 0, 1, SECOND, 0, 256);
        refuses("threads: expected 1 to 4, but 5 came", 4, 1, 5, SECOND, 0, 256);
        refuses("max-frame-size: expected 256 to 67108864, but 255 came", 1, 1, 1, SECOND, 0, 255);
        refuses("duration: expected 1 ms to 60 minutes, but 0 ms came", 1, 1, 1, Duration.ZERO, 0, 256);
        refuses("rate: expected 0 to 10000000, but -1.0 came", 1, 1, 1, SECOND, -1, 256);
        refuses("rate: expected 0 to 10000000, but NaN came", 1, 1, 1, SECOND, Double.NaN, 256);
    }

    private static void refuses(String why, int connections, int inFlight, int threads, Duration duration, double rate,
            int size) {
        assertThatIllegalArgumentException().isThrownBy(() -> plan(connections, inFlight, threads, duration, rate,
                size)).withMessage(why);
    }

    @Test
    void eachPartOfTheConnectionsHasItsPartOfTheRate() {
        LoadPlan plan = plan(8, 1, 3, SECOND, 800, 256);
        assertThat(plan.isOpenLoop()).isTrue();
        assertThat(Schedule.of(plan, 5, 2)).isEqualTo(new Schedule(5, 5, 1_000_000_005L, 5_000_000));
        assertThat(Schedule.of(plan, 5, 2).due(3)).isEqualTo(15_000_005);
        assertThat(Schedule.of(plan(8, 1, 3, SECOND, 0, 256), 5, 2).isOpenLoop()).isFalse();
    }
}
