package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 1.1. */
class FrameTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0   | UNSET
            1   | HAPROXY_HELLO
            2   | HAPROXY_DISCONNECT
            3   | NOTIFY
            101 | AGENT_HELLO
            102 | AGENT_DISCONNECT
            103 | ACK
            """)
    void hasTheCodesOfTheProtocol(int code, FrameType type) {
        assertThat(type.code()).isEqualTo(code);
        assertThat(FrameType.ofCode(code)).contains(type);
    }

    @Test
    void knowsNoOtherCodes() {
        int known = 0;
        for (int code = -1; code <= 256; code++) {
            known += FrameType.ofCode(code).isPresent() ? 1 : 0;
        }
        assertThat(known).isEqualTo(7).isEqualTo(FrameType.values().length);
    }
}
