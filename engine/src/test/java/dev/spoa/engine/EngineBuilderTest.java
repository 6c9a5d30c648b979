package dev.spoa.engine;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineBuilderTest {
    private final EngineBuilder builder = Engine.builder();

    @ParameterizedTest
    @ValueSource(ints = {255, EngineBuilder.MAX_FRAME_SIZE + 1, -1})
    void refusesFrameSizesOutOfRange(int size) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxFrameSize(size))
                .withMessage("maxFrameSize: expected 256 to 67108864, but " + size + " came");
    }

    @Test
    void refusesOtherNumbersOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxInFlight(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxInFlight(EngineBuilder.MAX_IN_FLIGHT + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxQueued(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxQueued(EngineBuilder.MAX_QUEUED + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new EngineGroup(0))
                .withMessage("threads: expected 1 to 1024, but 0 came");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT1H0.001S"})
    void refusesTimesOutOfRange(Duration time) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.processingTimeout(time)).withMessageContaining(
                "processingTimeout: expected more than zero and PT1H at most");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.helloTimeout(time));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.connectTimeout(time));
    }

    @Test
    void refusesAddressesThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.connect("nowhere"))
                .withMessageContaining("expected host:port");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.check("nowhere"));
    }

    @Test
    void refusesMoreArgumentsThanAMessageCanHave() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Message("m", Collections.nCopies(256, new Argument("a", Value.NULL))))
                .withMessage("a message has at most 255 arguments, not 256");
    }
}
