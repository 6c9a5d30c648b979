package dev.spoa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.agent.Agent;
import dev.spoa.protocol.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleFramesTest {
    /** As put_notify of spop.h makes them, which is what agents under load are sent. */
    @Test
    void areAsLargeAsThoseOfTheLoadGenerator() {
        assertThat(SampleFrames.notifies(Payload.SMALL, 1)).hasSize(38);
        assertThat(SampleFrames.notifies(Payload.HTTP, 1)).hasSize(610);
    }

    /** A benchmark must not measure how an agent fails. */
    @ParameterizedTest
    @EnumSource
    void aBatchWhoseAcksAreWrongIsRefused(Payload payload) {
        assertThatThrownBy(() -> new AckedBatch(Agent.builder(), payload, 1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SetVar");
        assertThatThrownBy(() -> new AckedBatch(Agent.builder().onInline(SampleFrames.MESSAGE,
                (message, reply) -> reply.set(Scope.SESSION, SampleFrames.VARIABLE, 1_000)), payload, 1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("1000");
    }
}
