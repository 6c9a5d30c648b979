package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sections 1.3 and 1.4. */
class ReplyBufferTest {
    private static final Scope SESS = Scope.SESSION;
    private static final String MINUS_ONE = "fff0fefefefefefefe0e";
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -64, 0, 2, 1};

    private final LongAdder late = new LongAdder();
    private final OutgoingBytes out = SentBytes.behind(9);
    private final ReplyBuffer reply = new ReplyBuffer(new VariableNames(1), late, null);

    ReplyBufferTest() {
        reply.open(out, 1_000);
    }

    private String written() {
        return SentBytes.hex(out, 9);
    }

    private static Arguments set(String value, Function<Reply, Reply> call) {
        return Arguments.of("01030101" + "76" + value, call);
    }

    static Stream<Arguments> overloads() throws Exception {
        InetAddress ipv4 = InetAddress.getByName("192.0.2.1");
        InetAddress ipv6 = InetAddress.getByName("2001:db8::1");
        return Stream.of(set("11", reply -> reply.set(SESS, "v", true)),
                set("01", reply -> reply.set(SESS, "v", false)),
                set("020a", reply -> reply.set(SESS, "v", 10)),
                set("02" + MINUS_ONE, reply -> reply.set(SESS, "v", -1)),
                set("02fff0fefe3e", reply -> reply.set(SESS, "v", Integer.MAX_VALUE)),
                set("04f23e", reply -> reply.set(SESS, "v", 1_234L)),
                set("04" + MINUS_ONE, reply -> reply.set(SESS, "v", -1L)),
                set("080568656c6c6f", reply -> reply.set(SESS, "v", "hello")),
                set("0800", reply -> reply.set(SESS, "v", "")),
                set("0805636166c3a9", reply -> reply.set(SESS, "v", "caf\u00e9")),
                set("0804f09f9880", reply -> reply.set(SESS, "v", "\ud83d\ude00")),
                set("080161", reply -> reply.set(SESS, "v", "a")),
                set("090200ff", reply -> reply.set(SESS, "v", new byte[] {0, -1})),
                set("0900", reply -> reply.set(SESS, "v", new byte[0])),
                set("06c0000201", reply -> reply.set(SESS, "v", ipv4)),
                set("0720010db8000000000000000000000001", reply -> reply.set(SESS, "v", ipv6)),
                set("00", reply -> reply.set(SESS, "v", Value.NULL)),
                set("11", reply -> reply.set(SESS, "v", Value.TRUE)),
                set("01", reply -> reply.set(SESS, "v", Value.FALSE)),
                set("02" + MINUS_ONE, reply -> reply.set(SESS, "v", new Value.Int32(-1))),
                set("03f0f11e", reply -> reply.set(SESS, "v", new Value.Uint32(65_536))),
                set("04" + MINUS_ONE, reply -> reply.set(SESS, "v", new Value.Int64(-1))),
                set("05" + MINUS_ONE, reply -> reply.set(SESS, "v", new Value.Uint64(-1))),
                set("06c0000201", reply -> reply.set(SESS, "v", Value.of(ipv4))),
                set("0700000000000000000000ffffc0000201",
                        reply -> reply.set(SESS, "v", new Value.Ipv6(0, 0xFFFF_C000_0201L))),
                set("0801ff", reply -> reply.set(SESS, "v", new Value.Str(new byte[] {-1}))),
                set("0901ff", reply -> reply.set(SESS, "v", new Value.Binary(new byte[] {-1}))),
                Arguments.of("02020101" + "76", (Function<Reply, Reply>) reply -> reply.unset(SESS, "v")));
    }

    @ParameterizedTest
    @MethodSource("overloads")
    void encodesEachOverloadByteForByte(String expected, Function<Reply, Reply> call) {
        assertThat(call.apply(reply)).isSameAs(reply);

        assertThat(written()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("overloads")
    void knowsTheSizeOfWhatItEncodes(String expected, Function<Reply, Reply> call) {
        int size = expected.length() / 2;
        reply.open(out, size);
        assertThat(call.apply(reply)).isSameAs(reply);
        assertThat(written()).isEqualTo(expected);

        reply.clear();
        reply.open(out, size - 1);
        assertThatThrownBy(() -> call.apply(reply))
                .isInstanceOf(ReplyTooLargeException.class).hasMessage("variable \"v\": its action takes " + size
                        + " bytes, but the ACK has room for " + (size - 1) + ", of which 0 are used");
        assertThat(written()).isEmpty();
        assertThat(reply.isTooLarge()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void encodesEachScope(Scope scope) {
        reply.set(scope, "foo", true).unset(scope, "foo");

        String code = "0" + scope.code();
        assertThat(written()).isEqualTo("0103" + code + "03666f6f11" + "0202" + code + "03666f6f");
    }

    @Test
    void encodesTheExamplesOfTheReference() {
        reply.set(Scope.SESSION, "ip_score", new Value.Uint32(10)).unset(Scope.TRANSACTION, "foo");

        assertThat(written()).isEqualTo("01030108" + "69705f73636f7265" + "030a" + "02020203666f6f");
    }

    @Test
    void sendsAMappedAddressAsItsClassSays() throws Exception {
        reply.set(SESS, "v", Inet6Address.getByAddress(null, MAPPED, -1));
        reply.set(SESS, "v", InetAddress.getByAddress(MAPPED));

        assertThat(written()).isEqualTo("0103010176" + "0700000000000000000000ffffc0000201" + "0103010176"
                + "06c0000201");
    }

    static Stream<Consumer<Reply>> badNames() {
        return Stream.of(reply -> reply.set(SESS, "", true), reply -> reply.set(SESS, "a-b", 1),
                reply -> reply.set(SESS, "a b", 1L), reply -> reply.set(SESS, "\u00e9", "x"),
                reply -> reply.set(SESS, "a\0", new byte[1]), reply -> reply.unset(SESS, "a/b"),
                reply -> reply.set(SESS, "a:b", Value.NULL), reply -> reply.set(SESS, "v".repeat(57), true),
                reply -> reply.unset(SESS, "v".repeat(57)));
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void refusesNamesThatHaproxyWouldNotTake(Consumer<Reply> call) {
        assertThatIllegalArgumentException().isThrownBy(() -> call.accept(reply)).withMessageContaining("name");

        assertThat(reply.isEmpty()).isTrue();
        assertThat(reply.isTooLarge()).isFalse();
    }

    @Test
    void takesTheLongestNameThatHaproxyTakesWithThePrefix() {
        reply.set(SESS, "v".repeat(56), true);
        ReplyBuffer prefixed = new ReplyBuffer(new VariableNames(10), late, null);
        prefixed.open(out, 1_000);

        prefixed.set(SESS, "v".repeat(47), true);

        assertThatIllegalArgumentException().isThrownBy(() -> prefixed.set(SESS, "v".repeat(48), true))
                .withMessageContaining("64 bytes");
    }

    @Test
    void needsToBeOpenedFirst() {
        ReplyBuffer never = new ReplyBuffer(new VariableNames(1), late, null);

        assertThatIllegalStateException().isThrownBy(never::isEmpty);
        assertThat(never.isOpen()).isFalse();
    }
}
