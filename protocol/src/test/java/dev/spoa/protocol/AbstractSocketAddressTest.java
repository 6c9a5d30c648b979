package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AbstractSocketAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"abnsz@agent", "abnsz@a/b c@d:1"})
    void isReadAndWrittenAsHaproxyDoes(String text) {
        AbstractSocketAddress address = (AbstractSocketAddress) AgentAddress.parse(text);

        assertThat(address.name()).isEqualTo(text.substring(text.indexOf('@') + 1));
        assertThat(AgentAddress.format(address)).isEqualTo(text);
        assertThat(AgentAddress.checked(address)).isSameAs(address);
    }

    @Test
    void isItsName() {
        AbstractSocketAddress address = AbstractSocketAddress.of("agent");

        assertThat(address.path()).isEqualTo("\0agent");
        assertThat(address).isEqualTo(AbstractSocketAddress.of("agent"))
                .hasSameHashCodeAs(AbstractSocketAddress.of("agent")).isNotEqualTo(AbstractSocketAddress.of("other"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 107})
    void saysHowLongANameMayBe(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> AgentAddress.parse("abnsz@" + "x".repeat(length)))
                .withMessage("the name of an abstract socket has 1 to 106 bytes and no zero byte, but \""
                        + "x".repeat(length) + "\" has " + length + " bytes");
    }

    @Test
    void refusesAZeroByte() {
        assertThatIllegalArgumentException().isThrownBy(() -> AbstractSocketAddress.of("a\0b"))
                .withMessageContaining("but \"a\\0b\" has 3 bytes");
    }
}
