package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses of a PROXY header of version 1, which are read on an event loop. */
class ProxyHeaderTest {
    private static ProxyHeader read(String family, String source, String destination) throws Exception {
        String line = "PROXY " + family + " " + source + " " + destination + " 1000 3000\r\n";
        return ProxyHeader.read(Unpooled.wrappedBuffer(line.getBytes(US_ASCII)));
    }

    @ParameterizedTest
    @CsvSource({"TCP4, 256.0.0.1, 192.0.2.2", "TCP4, 2001:db8::2, 192.0.2.2", "TCP4, '', 192.0.2.2",
        "TCP6, .::1, 2001:db8::2", "TCP6, 192.0.2.2, 2001:db8::2", "TCP6, '', 2001:db8::2"})
    void whatIsNoAddressOfItsFamilyIsRefusedAndNotLookedUp(String family, String text, String good) {
        int before = RecordingResolver.asked().size();

        assertThatThrownBy(() -> read(family, text, good)).isInstanceOf(ProxyHeader.Malformed.class);
        assertThatThrownBy(() -> read(family, good, text)).isInstanceOf(ProxyHeader.Malformed.class);

        assertThat(RecordingResolver.asked()).as("names that went to the resolver").hasSize(before);
    }

    @ParameterizedTest
    @CsvSource({"TCP4, 192.0.2.1", "TCP6, 2001:db8::1", "TCP6, ::ffff:192.0.2.1"})
    void theSourceIsReadAsTheJvmReadsIt(String family, String text) throws Exception {
        ProxyHeader header = read(family, text, text);

        assertThat(header.source()).isEqualTo(new InetSocketAddress(InetAddress.getByName(text), 1000));
    }
}
