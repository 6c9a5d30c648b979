package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void escapesWhatATerminalObeysAndNothingElse() {
        assertThat(Printable.whole("\"é\\\t\r\n\u001b[2J\u007f\u009b\u202e"))
                .isEqualTo("\"é\\\\t\\r\\n\\x1b[2J\\x7f\\u{9b}\\u{202e}");
        assertThat(Printable.whole(new byte[] {'a', (byte) 0xC3, (byte) 0xA9, 0})).isEqualTo("aé\\x00");
        assertThat(Printable.whole(new byte[] {'a', (byte) 0xFF, 0x1B})).isEqualTo("a\\xff\\x1b");
    }

    @Test
    void cutsMessagesOnly() {
        assertThat(Printable.whole("x".repeat(401))).hasSize(401);
        assertThat(Printable.message("x".repeat(400))).hasSize(400);
        assertThat(Printable.message("x".repeat(401))).isEqualTo("x".repeat(400) + "...");
    }
}
