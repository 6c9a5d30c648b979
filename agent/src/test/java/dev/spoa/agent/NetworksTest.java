package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of the allow-list. */
class NetworksTest {
    private static InetSocketAddress peer(String address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), 1);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.255.255.255, true", "10.0.0.0/8, 11.0.0.0, false", "10.0.0.0/8, 9.255.255.255, false",
        "192.0.2.128/25, 192.0.2.128, true", "192.0.2.128/25, 192.0.2.127, false", "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false", "0.0.0.0/0, 203.0.113.9, true", "0.0.0.0/0, ::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true", "2001:db8::/33, 2001:db8:8000::1, false", "::/0, 2001:db8::1, true",
        "::/0, 192.0.2.1, false", "::1, ::1, true", "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 11.1.2.3, false", "::ffff:10.1.2.3, 10.1.2.3, true", "::ffff:a00:0/104, 10.1.2.3, true",
        "::ffff:0:0/96, 10.1.2.3, true", "::ffff:0:0/96, ::1, false", "::/0, ::ffff:10.1.2.3, false"})
    void contains(String network, String peer, boolean contained) throws UnknownHostException {
        assertThat(Networks.parse(network).contains(peer(peer)))
                .isEqualTo(contained);
    }

    @Test
    void takeAnIpv4PeerOfAnIpv6SocketForWhatItIs() throws UnknownHostException {
        byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a010203");
        InetSocketAddress peer = new InetSocketAddress(Inet6Address.getByAddress("", mapped, 0), 1);
        assertThat(peer.getAddress().getAddress()).hasSize(16);

        assertThat(Networks.parse("10.0.0.0/8").contains(peer)).isTrue();
        assertThat(Networks.parse("11.0.0.0/8").contains(peer)).isFalse();
    }

    @Test
    void areAlternatives() throws UnknownHostException {
        Networks networks = Networks.parse("10.0.0.0/8", "::1/128");

        assertThat(networks.contains(peer("10.0.0.1"))).isTrue();
        assertThat(networks.contains(peer("::1"))).isTrue();
        assertThat(networks.contains(peer("::2"))).isFalse();
    }

    @Test
    void containNobodyWithoutAnIpAddress() {
        assertThat(Networks.parse("0.0.0.0/0").contains(null)).isFalse();
        assertThat(Networks.parse("0.0.0.0/0").contains(UnixDomainSocketAddress.of(""))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10/8", "256.0.0.0/8",
        "localhost", "2001:db8::/129", "2001:db8::x/32", "[::1]/128", "10.0.0.1/8", "2001:db8::1/32", " 10.0.0.0/8",
        "fe80::1%lo/64", ".::1/128", "::ffff:256.0.0.0/104", "010.0.0.0/8"})
    void areRefusedWhenMalformed(String text) {
        int before = RecordingResolver.asked().size();

        assertThatThrownBy(() -> Networks.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("network \"" + text + "\": ")
                .hasMessageEndingWith("expected an address and the length of its prefix, as in 10.0.0.0/8 or "
                        + "2001:db8::/32");
        assertThat(RecordingResolver.asked()).as("names that went to the resolver").hasSize(before);
    }

    @Test
    void areRefusedWhenThereAreNone() {
        assertThatThrownBy(Networks::parse).isInstanceOf(IllegalArgumentException.class);
    }
}
