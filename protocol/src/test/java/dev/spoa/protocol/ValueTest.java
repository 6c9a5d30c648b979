package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1.3. */
class ValueTest {
    private static final long MAPPED_192_0_2_1 = 0xFFFFC0000201L;

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(Value.NULL, ValueType.NULL, "Null[]"),
                Arguments.of(Value.TRUE, ValueType.BOOL, "Bool[value=true]"),
                Arguments.of(Value.FALSE, ValueType.BOOL, "Bool[value=false]"),
                Arguments.of(new Value.Int32(-1), ValueType.INT32, "Int32[value=-1]"),
                Arguments.of(new Value.Uint32(4294967295L), ValueType.UINT32, "Uint32[value=4294967295]"),
                Arguments.of(new Value.Int64(Long.MIN_VALUE), ValueType.INT64, "Int64[value=-9223372036854775808]"),
                Arguments.of(new Value.Uint64(-1), ValueType.UINT64, "Uint64[value=18446744073709551615]"),
                Arguments.of(new Value.Ipv4(0xC0000201), ValueType.IPV4, "Ipv4[192.0.2.1]"),
                Arguments.of(new Value.Ipv6(0x20010DB800000000L, 1), ValueType.IPV6, "Ipv6[2001:db8:0:0:0:0:0:1]"),
                Arguments.of(new Value.Ipv6(0, MAPPED_192_0_2_1), ValueType.IPV6, "Ipv6[0:0:0:0:0:ffff:c000:201]"),
                Arguments.of(Value.of("hi"), ValueType.STRING, "Str[hi]"),
                Arguments.of(Value.of(new byte[] {0, -1}), ValueType.BINARY, "Binary[00ff]"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void saysItsTypeAndItsText(Value value, ValueType type, String text) {
        assertThat(value.type()).isEqualTo(type);
        assertThat(value).hasToString(text);
    }

    @Test
    void comparesByTypeAndContent() {
        Set<Value> all = new HashSet<>();
        values().forEach(row -> all.add((Value) row.get()[0]));

        assertThat(all).hasSize(12).contains(new Value.Null(), new Value.Bool(true), new Value.Bool(false),
                new Value.Str(new byte[] {'h', 'i'}), new Value.Binary(new byte[] {0, -1}), new Value.Ipv4(0xC0000201));
        assertThat(new Value.Int32(5)).isEqualTo(new Value.Int32(5)).isNotEqualTo(new Value.Int64(5));
        assertThat(new Value.Uint32(5)).isNotEqualTo(new Value.Uint64(5));
    }

    @Test
    void comparesStringsByTheirBytes() {
        Value.Str value = new Value.Str(new byte[] {'h', 'i'});

        assertThat(value).isEqualTo(Value.of("hi")).hasSameHashCodeAs(Value.of("hi"));
        assertThat(value).isNotEqualTo(Value.of("ho")).isNotEqualTo(Value.of("h")).isNotEqualTo("hi");
        assertThat(value).isNotEqualTo(new Value.Binary(new byte[] {'h', 'i'}));
        assertThat(value.hashCode()).isNotEqualTo(Value.of("ho").hashCode()).isNotZero();
    }

    @Test
    void comparesBinaryByItsBytes() {
        Value.Binary value = new Value.Binary(new byte[] {1, 2});

        assertThat(value).isEqualTo(Value.of(new byte[] {1, 2})).hasSameHashCodeAs(Value.of(new byte[] {1, 2}));
        assertThat(value).isNotEqualTo(Value.of(new byte[] {1, 3})).isNotEqualTo(Value.of(new byte[] {1}));
        assertThat(value).isNotEqualTo(new Value.Str(new byte[] {1, 2}));
        assertThat(value.hashCode()).isNotEqualTo(Value.of(new byte[] {1, 3}).hashCode()).isNotZero();
    }

    @Test
    void keepsACopyOfItsBytesAndGivesCopiesAway() {
        byte[] bytes = {1, 2};
        Value.Str string = new Value.Str(bytes);
        Value.Binary binary = new Value.Binary(bytes);
        Value made = Value.of(bytes);

        bytes[0] = 9;
        string.bytes()[1] = 9;
        binary.bytes()[1] = 9;

        assertThat(string.bytes()).containsExactly(1, 2);
        assertThat(binary.bytes()).containsExactly(1, 2);
        assertThat(made).isEqualTo(binary);
    }

    @Test
    void decodesTextAsUtf8AndReplacesWhatIsNot() {
        assertThat(new Value.Str(new byte[] {'a', 0, (byte) 0xC3, (byte) 0xA9}).text()).isEqualTo("a\0\u00e9");
        assertThat(new Value.Str(new byte[] {'a', (byte) 0xFF, 'b'}).text()).isEqualTo("a\ufffdb");
        assertThat(((Value.Str) Value.of("\u20ac")).bytes()).containsExactly(0xE2, 0x82, 0xAC);
    }

    @Test
    void isMadeFromJavasOwnTypes() throws Exception {
        InetAddress ipv4 = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        InetAddress ipv6 = InetAddress.getByName("2001:db8::1");

        assertThat(Value.of(true)).isSameAs(Value.TRUE);
        assertThat(Value.of(false)).isSameAs(Value.FALSE);
        assertThat(Value.of(5)).isEqualTo(new Value.Int32(5));
        assertThat(Value.of(-5L)).isEqualTo(new Value.Int64(-5));
        assertThat(Value.of(ipv4)).isEqualTo(new Value.Ipv4(0xC0000201));
        assertThat(Value.of(ipv6)).isEqualTo(new Value.Ipv6(0x20010DB800000000L, 1));
    }

    @Test
    void givesAddressesInJavasForm() throws Exception {
        Inet4Address ipv4 = new Value.Ipv4(0xFE000201).address();
        Inet6Address ipv6 = new Value.Ipv6(0x20010DB800000000L, 1).address();

        assertThat(ipv4).isEqualTo(InetAddress.getByName("254.0.2.1"));
        assertThat(ipv6).isEqualTo(InetAddress.getByName("2001:db8::1"));
        assertThat(ipv6.getScopeId()).isZero();
    }

    @Test
    void keepsSixteenBytesOfAnIpv4MappedAddress() {
        Value.Ipv6 mapped = new Value.Ipv6(0, MAPPED_192_0_2_1);

        assertThat(mapped.address().getAddress())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1);
        assertThat(Value.of(mapped.address())).isEqualTo(mapped);
    }

    @Test
    void actionsAndArgumentsCompareByContent() {
        Action set = new Action.SetVar(Scope.SESSION, "a", Value.of("x"));
        Action unset = new Action.UnsetVar(Scope.SESSION, "a");

        assertThat(set).isEqualTo(new Action.SetVar(Scope.SESSION, "a", Value.of("x"))).isNotEqualTo(unset);
        assertThat(List.of(set.scope(), unset.scope())).containsOnly(Scope.SESSION);
        assertThat(List.of(set.name(), unset.name())).containsOnly("a");
        assertThat(new Argument("a", Value.NULL)).isEqualTo(new Argument("a", Value.NULL))
                .isNotEqualTo(new Argument("", Value.NULL));
    }
}
