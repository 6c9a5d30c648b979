package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentAddressTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:3000, 127.0.0.1, 3000", "[::1]:3000, ::1, 3000", "localhost:0, localhost, 0",
        "0.0.0.0:65535, 0.0.0.0, 65535", "[::ffff:192.0.2.1]:1, 192.0.2.1, 1"})
    void readsHostAndPort(String text, String host, int port) throws UnknownHostException {
        assertThat(AgentAddress.parse(text)).isEqualTo(new InetSocketAddress(InetAddress.getByName(host), port));
    }

    @Test
    void readsTheAsteriskAsEveryInterface() {
        InetSocketAddress address = (InetSocketAddress) AgentAddress.parse("*:3000");

        assertThat(address.getAddress().isAnyLocalAddress()).isTrue();
        assertThat(address.getPort()).isEqualTo(3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/run/agent.sock", "relative.sock", "/with:colon/and@sign", "/with blanks"})
    void readsUnixSockets(String path) {
        assertThat(AgentAddress.parse("unix@" + path)).isEqualTo(UnixDomainSocketAddress.of(path));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1             | there is no port
            ''                    | there is no port
            :3000                 | there is no host
            127.0.0.1:            | "" is no port from 0 to 65535
            127.0.0.1:http        | "http" is no port from 0 to 65535
            127.0.0.1:65536       | "65536" is no port from 0 to 65535
            127.0.0.1:-1          | "-1" is no port from 0 to 65535
            127.0.0.1:99999999999 | "99999999999" is no port from 0 to 65535
            127.0.0.1:1 0         | "1 0" is no port from 0 to 65535
            ::1:3000              | an IPv6 address stands in brackets
            [::1:3000             | an IPv6 address stands in brackets
            ::1]:3000             | an IPv6 address stands in brackets
            unix@                 | there is no path
            abns@agent            | of abstract names only HAProxy's newer form is possible, abnsz@name
            """)
    void saysWhatIsWrong(String text, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> AgentAddress.parse(text)).withMessage(
                "address \"" + text + "\": expected host:port, [v6]:port, *:port, unix@/path or abnsz@name, but "
                        + why);
    }

    @Test
    void refusesAPathThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> AgentAddress.parse("unix@/a\0b"))
                .withMessageContaining("abnsz@name, but ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[127.0.0.1]:80", "[no]:80", "host.invalid:80", "1.2.3.4.5:80"})
    void saysWhichHostCannotBeResolved(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> AgentAddress.parse(text))
                .withMessage("address \"" + text + "\": the host cannot be resolved")
                .withCauseInstanceOf(UnknownHostException.class);
    }

    @Test
    void passesResolvedAndUnixAddresses() {
        SocketAddress inet = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        SocketAddress unix = UnixDomainSocketAddress.of("/tmp/s");

        assertThat(AgentAddress.checked(inet)).isSameAs(inet);
        assertThat(AgentAddress.checked(unix)).isSameAs(unix);
    }

    @Test
    void refusesUnresolvedAddresses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentAddress.checked(InetSocketAddress.createUnresolved("somewhere", 1)))
                .withMessageContaining("somewhere").withMessageContaining("the host cannot be resolved");
    }

    @Test
    void refusesAddressesOfOtherKinds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentAddress.checked(new Elsewhere()))
                .withMessage("expected an InetSocketAddress, a UnixDomainSocketAddress or"
                        + " an AbstractSocketAddress, but dev.spoa.protocol.AgentAddressTest$Elsewhere came");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:3000", "[2001:db8:0:0:0:0:0:1]:0", "unix@/run/agent.sock", "unix@relative"})
    void writesWhatItReads(String text) {
        assertThat(AgentAddress.format(AgentAddress.parse(text))).isEqualTo(text);
    }

    private static final class Elsewhere extends SocketAddress {
        private static final long serialVersionUID = 1L;
    }
}
