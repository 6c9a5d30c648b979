package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.MessageList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every accessor with every type. */
class MessageViewTest {
    private static final Set<ValueType> INTEGERS = EnumSet.of(ValueType.INT32, ValueType.UINT32, ValueType.INT64,
            ValueType.UINT64);
    private static final Set<ValueType> ADDRESSES = EnumSet.of(ValueType.IPV4, ValueType.IPV6);
    private static final Set<ValueType> BYTES = EnumSet.of(ValueType.STRING, ValueType.BINARY);
    private static final Set<ValueType> NOT_NULL = EnumSet.range(ValueType.BOOL, ValueType.BINARY);

    /** One value of each type, in the order of the types, and what the accessor for it gives. */
    private static final List<Sample> SAMPLES = List.of(new Sample(Value.NULL, "none"),
            new Sample(Value.TRUE, true),
            new Sample(new Value.Int32(-7), -7L),
            new Sample(new Value.Uint32(4_294_967_295L), 4_294_967_295L),
            new Sample(new Value.Int64(Long.MIN_VALUE), Long.MIN_VALUE),
            new Sample(new Value.Uint64(Long.MAX_VALUE), Long.MAX_VALUE),
            new Sample(new Value.Ipv4(0xC000_0201), address("192.0.2.1")),
            new Sample(new Value.Ipv6(0x2001_0DB8L << 32, 1), address("2001:db8::1")),
            new Sample(Value.of("caf\u00e9"), "caf\u00e9"),
            new Sample(Value.of(new byte[] {0, -1}), "\0\ufffd"));

    record Sample(Value value, Object inJava) {}

    /** An accessor, what it calls what it expects, and what it takes. */
    record Accessor(String name, String expected, Set<ValueType> takes, Function<Message, Object> get) {
        boolean isOptional() {
            return name.startsWith("optional");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Accessor> accessors() {
        Set<ValueType> strings = EnumSet.of(ValueType.STRING);
        Set<ValueType> bools = EnumSet.of(ValueType.BOOL);
        return List.of(new Accessor("value", "a value", NOT_NULL, message -> message.value("a")),
                new Accessor("address", "an address", ADDRESSES, message -> message.address("a")),
                new Accessor("string", "a STRING", strings, message -> message.string("a")),
                new Accessor("integer", "an integer", INTEGERS, message -> message.integer("a")),
                new Accessor("bool", "a BOOL", bools, message -> message.bool("a")),
                new Accessor("bytes", "BINARY or STRING", BYTES,
                        message -> Unpooled.wrappedBuffer(message.bytes("a"))),
                new Accessor("optionalValue", "a value", NOT_NULL, message -> message.optionalValue("a")),
                new Accessor("optionalAddress", "an address", ADDRESSES, message -> message.optionalAddress("a")),
                new Accessor("optionalString", "a STRING", strings, message -> message.optionalString("a")),
                new Accessor("optionalInteger", "an integer", INTEGERS, message -> message.optionalInteger("a")),
                new Accessor("optionalBool", "a BOOL", bools, message -> message.optionalBool("a")),
                new Accessor("optionalBytes", "BINARY or STRING", BYTES,
                        message -> message.optionalBytes("a").map(Unpooled::wrappedBuffer)));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(literal, e);
        }
    }

    static MessageView message(Argument... arguments) {
        ByteBuf bytes = Unpooled.buffer().writeZero(3);
        MessageList.write(bytes, "m", List.of(arguments));
        int end = bytes.writerIndex();
        bytes.writeZero(3);
        MessageView view = new MessageView();
        assertThat(view.read(bytes.array(), 3, bytes.writerIndex())).isEqualTo(end);
        view.open(bytes.array(), null, Exchanges.of(1, 1));
        return view;
    }

    static Stream<Arguments> everyAccessorWithEveryType() {
        List<Arguments> all = new ArrayList<>();
        for (Accessor accessor : accessors()) {
            for (Sample sample : SAMPLES) {
                all.add(Arguments.of(accessor, sample));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyAccessorWithEveryType")
    void takesWhatItExpectsAndSaysWhatElseCame(Accessor accessor, Sample sample) {
        MessageView message = message(new Argument("b", Value.of(1L)), new Argument("a", sample.value),
                new Argument("c", Value.of("x")));
        ValueType type = sample.value.type();
        if (accessor.takes.contains(type)) {
            assertThat(accessor.get.apply(message)).isEqualTo(expected(accessor, sample));
        } else if (type == ValueType.NULL && accessor.isOptional()) {
            assertThat(accessor.get.apply(message)).isIn(Optional.empty(), OptionalLong.empty());
        } else if (accessor.name.equals("value")) {
            assertThat(accessor.get.apply(message)).isEqualTo(Value.NULL);
        } else {
            assertThatThrownBy(() -> accessor.get.apply(message)).isInstanceOf(ArgumentException.class).hasMessage(
                    "message \"m\", argument \"a\": expected " + accessor.expected + ", but " + type + " came");
        }
    }

    private static Object expected(Accessor accessor, Sample sample) {
        Object plain = switch (accessor.name) {
            case "value", "optionalValue" -> sample.value;
            case "bytes", "optionalBytes" -> Unpooled.wrappedBuffer(
                    sample.value instanceof Value.Str string ? string.bytes() : ((Value.Binary) sample.value).bytes());
            default -> sample.inJava;
        };
        if (accessor.name.equals("optionalInteger")) {
            return OptionalLong.of((Long) plain);
        }
        return accessor.isOptional() ? Optional.of(plain) : plain;
    }

    @ParameterizedTest
    @MethodSource("accessors")
    void saysWhatIsMissing(Accessor accessor) {
        for (MessageView message : List.of(message(), message(new Argument("b", Value.TRUE)))) {
            if (accessor.isOptional()) {
                assertThat(accessor.get.apply(message)).isIn(Optional.empty(), OptionalLong.empty());
            } else {
                assertThatThrownBy(() -> accessor.get.apply(message)).isInstanceOf(ArgumentException.class)
                        .hasMessage("message \"m\", argument \"a\": expected " + accessor.expected
                                + ", but no argument of that name came");
            }
        }
    }

    @Test
    void readsFalse() {
        assertThat(message(new Argument("a", Value.FALSE)).bool("a")).isFalse();
        assertThat(message(new Argument("a", Value.FALSE)).optionalBool("a")).contains(false);
    }

    @Test
    void readsOnlyOneInTheFlagsAsTrue() {
        byte[] bytes = {1, 'm', 1, 1, 'a', 0x31};
        MessageView view = new MessageView();
        view.read(bytes, 0, bytes.length);
        view.open(bytes, null, Exchanges.of(1, 1));

        assertThat(view.bool("a")).isFalse();
    }

    @Test
    void refusesAnUnsignedIntegerThatALongCannotHold() {
        MessageView message = message(new Argument("a", new Value.Uint64(Long.MIN_VALUE)),
                new Argument("b", new Value.Uint64(-1)));

        assertThatThrownBy(() -> message.integer("a")).isInstanceOf(ArgumentException.class)
                .hasMessage("message \"m\", argument \"a\": expected an integer up to 2^63-1, but"
                        + " UINT64 9223372036854775808 came");
        assertThatThrownBy(() -> message.optionalInteger("b")).isInstanceOf(ArgumentException.class)
                .hasMessageContaining("UINT64 18446744073709551615 came");
        assertThat(message.value("b")).isEqualTo(new Value.Uint64(-1));
    }
}
