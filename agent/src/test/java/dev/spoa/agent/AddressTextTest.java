package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an IP address by its form, and that nothing else is looked up. */
class AddressTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"256.0.0.1", "999.1.1.1", "01.2.3.4", "1.2.3.04", "00.0.0.0", "1.2.3", "1.2.3.4.", "1.2.3.4.5",
                "1..3.4", "host", "1.2.3.4:", "::1", ""})
    void noIpv4AddressIsReadOutOf(String text) {
        int before = RecordingResolver.asked().size();

        assertThat(AddressText.ipv4(text)).isNull();

        assertThat(RecordingResolver.asked()).as("names that went to the resolver").hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".::1", "::.1", "::1.", "::ffff:256.0.0.1", "::ffff:01.2.3.4", ":::", ":", "1::2::3", "::12345",
                "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "[::1]", "::1%lo", "fe80::1%1", "1.2.3.4::", "a.b:c", "::1.2.3",
                "bad:face", "1.2.3.4", ""})
    void noIpv6AddressIsReadOutOf(String text) {
        int before = RecordingResolver.asked().size();

        assertThat(AddressText.ipv6(text)).isNull();

        assertThat(RecordingResolver.asked()).as("names that went to the resolver").hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "255.255.255.255", "10.20.199.249"})
    void anIpv4AddressIsReadAsTheJvmReadsIt(String text) throws UnknownHostException {
        assertThat(AddressText.ipv4(text)).isEqualTo(InetAddress.getByName(text).getAddress());
        assertThat(AddressText.read(text)).isEqualTo(AddressText.ipv4(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "2001:DB8:0:0:8:800:200C:417A", "1::", "::1.2.3.4", "::ffff:192.0.2.1",
        "64:ff9b::192.0.2.33", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4"})
    void anIpv6AddressIsReadAsTheJvmReadsIt(String text) throws UnknownHostException {
        byte[] read = AddressText.ipv6(text);

        assertThat(read).as("also where it is an IPv4 address in IPv6's clothes").hasSize(16);
        assertThat(InetAddress.getByAddress(read)).isEqualTo(InetAddress.getByName(text));
        assertThat(AddressText.read(text)).isEqualTo(read);
    }

    /** Shows that a text which is no address would be seen there. */
    @Test
    void aNameGoesToTheResolver() {
        assertThatThrownBy(() -> InetAddress.getByName("256.0.0.1")).isInstanceOf(UnknownHostException.class);

        assertThat(RecordingResolver.asked()).contains("256.0.0.1");
    }
}
