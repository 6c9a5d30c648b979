package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtocolExceptionTest {
    @Test
    void saysWhatWhereAndWithWhichStatus() {
        ProtocolException exception = new ProtocolException(StatusCode.FRAME_TOO_BIG, 7, "what came");

        assertThat(exception).hasMessage("what came").hasNoCause();
        assertThat(exception.status()).isEqualTo(StatusCode.FRAME_TOO_BIG);
        assertThat(exception.index()).isEqualTo(7);
    }

    @Test
    void costsNoStackTrace() {
        ProtocolException exception = new ProtocolException(StatusCode.INVALID_FRAME, 0, "");

        exception.addSuppressed(new IllegalStateException());

        assertThat(exception.getStackTrace()).isEmpty();
        assertThat(exception.getSuppressed()).isEmpty();
    }
}
