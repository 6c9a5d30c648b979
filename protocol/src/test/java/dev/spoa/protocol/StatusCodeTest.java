package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 4.1. */
class StatusCodeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0  | normal                              | NORMAL
            1  | I/O error                           | IO_ERROR
            2  | a timeout occurred                  | TIMEOUT
            3  | frame is too big                    | FRAME_TOO_BIG
            4  | invalid frame received              | INVALID_FRAME
            5  | version value not found             | VERSION_NOT_FOUND
            6  | max-frame-size value not found      | MAX_FRAME_SIZE_NOT_FOUND
            7  | capabilities value not found        | CAPABILITIES_NOT_FOUND
            8  | unsupported version                 | UNSUPPORTED_VERSION
            9  | max-frame-size too big or too small | BAD_MAX_FRAME_SIZE
            10 | fragmentation not supported         | FRAGMENTATION_NOT_SUPPORTED
            11 | invalid interlaced frames           | INTERLACED_FRAMES
            12 | frame-id not found                  | FRAME_ID_NOT_FOUND
            13 | resource allocation error           | RESOURCE_ALLOCATION_ERROR
            99 | an unknown error occurred           | UNKNOWN_ERROR
            """)
    void hasTheCodesAndTextsOfHaproxy(int code, String reason, StatusCode status) {
        assertThat(status.code()).isEqualTo(code);
        assertThat(status.reason()).isEqualTo(reason);
        assertThat(StatusCode.ofCode(code)).contains(status);
        assertThat(StatusCode.values()).hasSize(15);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 14, 98, 100, 200, 256, 1L << 32, (1L << 32) + 4, Long.MIN_VALUE, Long.MAX_VALUE})
    void knowsNoOtherCodes(long code) {
        assertThat(StatusCode.ofCode(code)).isEmpty();
    }
}
