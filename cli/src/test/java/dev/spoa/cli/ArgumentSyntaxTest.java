package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentSyntaxTest {
    private static Value value(String typeAndValue) {
        Argument argument = ArgumentSyntax.parse("name=" + typeAndValue);
        assertThat(argument.name()).isEqualTo("name");
        return argument.value();
    }

    @Test
    void readsEveryType() {
        assertThat(value("null")).isEqualTo(Value.NULL);
        assertThat(value("null:")).isEqualTo(Value.NULL);
        assertThat(value("bool:true")).isEqualTo(Value.TRUE);
        assertThat(value("bool:false")).isEqualTo(Value.FALSE);
        assertThat(value("int32:-7")).isEqualTo(new Value.Int32(-7));
        assertThat(value("uint32:7")).isEqualTo(new Value.Uint32(7));
        assertThat(value("int64:-7")).isEqualTo(new Value.Int64(-7));
        assertThat(value("uint64:7")).isEqualTo(new Value.Uint64(7));
        assertThat(value("ipv4:192.0.2.255")).isEqualTo(new Value.Ipv4(0xC00002FF));
        assertThat(value("ipv6:2001:db8::1")).isEqualTo(new Value.Ipv6(0x20010DB8_00000000L, 1));
        assertThat(value("str:text")).isEqualTo(Value.of("text"));
        assertThat(value("bin:00fF")).isEqualTo(Value.of(new byte[] {0, -1}));
    }

    @Test
    void readsTheLimitsOfIntegers() {
        assertThat(value("int32:-2147483648")).isEqualTo(new Value.Int32(Integer.MIN_VALUE));
        assertThat(value("int32:2147483647")).isEqualTo(new Value.Int32(Integer.MAX_VALUE));
        assertThat(value("uint32:4294967295")).isEqualTo(new Value.Uint32(0xFFFF_FFFFL));
        assertThat(value("int64:-9223372036854775808")).isEqualTo(new Value.Int64(Long.MIN_VALUE));
        assertThat(value("int64:9223372036854775807")).isEqualTo(new Value.Int64(Long.MAX_VALUE));
        assertThat(value("uint64:18446744073709551615")).isEqualTo(new Value.Uint64(-1));
    }

    @Test
    void ipTakesBothKinds() {
        assertThat(value("ip:192.0.2.1")).isEqualTo(new Value.Ipv4(0xC0000201));
        assertThat(value("ip:::1")).isEqualTo(new Value.Ipv6(0, 1));
    }

    @Test
    void mappedAddressStaysIpv6() {
        assertThat(value("ipv6:::ffff:192.0.2.1")).isEqualTo(new Value.Ipv6(0, 0xFFFF_C000_0201L));
    }

    @Test
    void nameEndsAtFirstEqualsAndTypeAtFirstColon() {
        assertThat(ArgumentSyntax.parse("a:b=str:c:d=e")).isEqualTo(new Argument("a:b", Value.of("c:d=e")));
        assertThat(ArgumentSyntax.parse("=str:")).isEqualTo(new Argument("", Value.of("")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "n                     | expected name=type:value, but there is no =",
        "n=int32               | expected name=type:value, but there is no colon behind the type",
        "n=word:x              | expected a type of null, bool, int32",
        "n=null:x              | expected nothing behind null, but \"x\" came",
        "n=bool:TRUE           | expected true or false, but \"TRUE\" came",
        "n=int32:2147483648    | expected an integer from -2147483648 to 2147483647, but 2147483648 came",
        "n=int32:x             | expected an integer from -2147483648 to 2147483647, but \"x\" came",
        "n=uint32:-1           | expected an integer from 0 to 4294967295, but -1 came",
        "n=uint32:4294967296   | expected an integer from 0 to 4294967295, but 4294967296 came",
        "n=uint64:-1           | expected an integer from 0 to 18446744073709551615, but -1 came",
        "n=ipv4:192.0.2.256    | expected an IPv4 address like 192.0.2.1, but \"192.0.2.256\" came",
        "n=ipv4:192.0.2        | expected an IPv4 address",
        "n=ip:localhost        | expected an IPv4 address",
        "n=ipv6:192.0.2.1      | expected an IPv6 address like 2001:db8::1",
        "n=ipv6:1:2            | expected an IPv6 address like 2001:db8::1",
        "n=ipv6:fe80::1%lo     | expected an IPv6 address like 2001:db8::1",
        "n=bin:0               | expected an even number of hexadecimal digits, but \"0\" came",
        "n=bin:0x              | expected an even number of hexadecimal digits, but \"0x\" came"})
    void saysWhatWasExpected(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> ArgumentSyntax.parse(text))
                .withMessageStartingWith("argument \"" + text + "\": ").withMessageContaining(message);
    }
}
