package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a {@link ProtocolException} says, as one value to compare. */
record Refusal(StatusCode status, int index, String message) {
    static Refusal invalid(int index, String message) {
        return new Refusal(StatusCode.INVALID_FRAME, index, message);
    }

    static Refusal of(ThrowingCallable reading) {
        ProtocolException refused = catchThrowableOfType(ProtocolException.class, reading);
        assertThat(refused).as("the refusal").isNotNull();
        return new Refusal(refused.status(), refused.index(), refused.getMessage());
    }
}
