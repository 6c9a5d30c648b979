package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses of a PROXY header of version 1, which are read on an event loop. */
class ProxyHeaderTest {
    private static ProxyHeader read(String family, String source, String destination) throws Exception {
        String line = "PROXY " + family + " " + source + " " + destination + " 1000 3000\r\n";
        return ProxyHeader.read(Unpooled.wrappedBuffer(line.getBytes(US_ASCII)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"256.0.0.1", "999.1.1.1", "01.2.3.4", "1.2.3.04", "00.0.0.0", "1.2.3", "1.2.3.4.", "1.2.3.4.5",
                "1..3.4", "host", "1.2.3.4:", ""})
    void noIpv4AddressIsReadOutOf(String text) {
        assertRefused("TCP4", text, "192.0.2.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".::1", "::.1", "::1.", "::ffff:256.0.0.1", "::ffff:01.2.3.4", ":::", ":", "1::2::3", "::12345",
                "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "[::1]", "::1%lo", "fe80::1%1", "1.2.3.4::", "a.b:c", "::1.2.3",
                "bad:face",
                "1.2.3.4", ""})
    void noIpv6AddressIsReadOutOf(String text) {
        assertRefused("TCP6", text, "2001:db8::2");
    }

    private static void assertRefused(String family, String text, String good) {
        int before = RecordingResolver.asked().size();

        assertThatThrownBy(() -> read(family, text, good)).isInstanceOf(ProxyHeader.Malformed.class);
        assertThatThrownBy(() -> read(family, good, text)).isInstanceOf(ProxyHeader.Malformed.class);

        assertThat(RecordingResolver.asked()).as("names that went to the resolver").hasSize(before);
    }

    @ParameterizedTest
    @CsvSource({"TCP4, 0.0.0.0", "TCP4, 255.255.255.255", "TCP4, 10.20.199.249", "TCP6, ::", "TCP6, ::1",
        "TCP6, 2001:DB8:0:0:8:800:200C:417A", "TCP6, 1::", "TCP6, ::1.2.3.4", "TCP6, ::ffff:192.0.2.1",
        "TCP6, 64:ff9b::192.0.2.33", "TCP6, 1:2:3:4:5:6:7:8", "TCP6, 1:2:3:4:5:6:1.2.3.4"})
    void anAddressIsReadAsTheJvmReadsIt(String family, String text) throws Exception {
        ProxyHeader header = read(family, text, text);

        assertThat(header.source()).isEqualTo(new InetSocketAddress(InetAddress.getByName(text), 1000));
    }

    /** Shows that a text which is no address would be seen there. */
    @Test
    void aNameGoesToTheResolver() {
        assertThatThrownBy(() -> InetAddress.getByName("256.0.0.1")).isInstanceOf(UnknownHostException.class);

        assertThat(RecordingResolver.asked()).contains("256.0.0.1");
    }
}
