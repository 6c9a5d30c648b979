package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.MessageList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.Inet6Address;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How a message's arguments are found, and how long. */
class MessageLookupTest {
    /** One argument of each type, each with a name of its own. */
    private static final List<Argument> EVERY_TYPE = Stream
            .of(Value.NULL, Value.TRUE, new Value.Int32(-1), new Value.Uint32(240), Value.of(1L << 40),
                    new Value.Uint64(-1), new Value.Ipv4(1), new Value.Ipv6(1, 2), Value.of("x".repeat(300)),
                    Value.of(new byte[5]))
            .map(value -> new Argument(value.type().name(), value)).toList();

    @Test
    void findsAnArgumentBehindArgumentsOfEveryType() {
        for (int first = 0; first < EVERY_TYPE.size(); first++) {
            Argument[] arguments = EVERY_TYPE.subList(first, EVERY_TYPE.size()).toArray(new Argument[0]);
            MessageView message = MessageViewTest.message(arguments);
            for (Argument argument : arguments) {
                assertThat(message.value(argument.name())).isEqualTo(argument.value());
            }
            assertThat(message.arguments()).containsExactly(arguments);
        }
    }

    @Test
    void findsTheFirstOfTwoArgumentsOfOneName() {
        MessageView message = MessageViewTest.message(new Argument("a", Value.of("first")),
                new Argument("a", Value.of("second")));

        assertThat(message.string("a")).isEqualTo("first");
        assertThat(message.arguments()).extracting(Argument::value).containsExactly(Value.of("first"),
                Value.of("second"));
    }

    @Test
    void findsAnArgumentWithoutAName() {
        MessageView message = MessageViewTest.message(new Argument("a", Value.TRUE), new Argument("", Value.of(5L)));

        assertThat(message.integer("")).isEqualTo(5);
        assertThat(message.optionalValue("b")).isEmpty();
    }

    @Test
    void tellsNamesApartToTheLastByte() {
        MessageView message = MessageViewTest.message(new Argument("name", Value.of(1L)),
                new Argument("namf", Value.of(2L)), new Argument("nam", Value.of(3L)),
                new Argument("names", Value.of(4L)), new Argument("Name", Value.of(5L)));

        assertThat(Stream.of("name", "namf", "nam", "names", "Name").map(message::integer)).containsExactly(1L, 2L, 3L,
                4L, 5L);
        assertThat(message.optionalInteger("namg")).isEmpty();
        assertThat(message.optionalInteger("n")).isEmpty();
    }

    @Test
    void findsNamesBeyondAscii() {
        MessageView message = MessageViewTest.message(new Argument("cafe", Value.of(1L)),
                new Argument("caf\u00e9", Value.of(2L)), new Argument("\ud83d\ude00", Value.of(3L)));

        assertThat(message.integer("caf\u00e9")).isEqualTo(2);
        assertThat(message.integer("\ud83d\ude00")).isEqualTo(3);
        assertThat(message.optionalInteger("caf\u00e8")).isEmpty();
        assertThat(message.optionalInteger("\u00e9")).isEmpty();
    }

    @Test
    void doesNotTakeALatin1ByteForTheCharacterOfThatNumber() {
        byte[] bytes = {1, 'm', 1, 1, (byte) 0xE9, 0x11};
        MessageView message = new MessageView();
        message.read(bytes, 0, bytes.length);
        message.open(bytes, null, Exchanges.of(1, 1));

        assertThat(message.optionalBool("\u00e9")).isEmpty();
    }

    @Test
    void keepsAnIpv4MappedAddressAnIpv6One() {
        MessageView message = MessageViewTest.message(new Argument("a", new Value.Ipv6(0, 0xFFFF_C000_0201L)));

        assertThat(message.address("a")).isInstanceOf(Inet6Address.class);
        assertThat(message.address("a").getAddress()).hasSize(16).endsWith(0xFF, 0xFF, 192, 0, 2, 1);
        assertThat(message.optionalAddress("a")).containsInstanceOf(Inet6Address.class);
    }

    @Test
    void readsAddressesAsNumbers() {
        MessageView message = MessageViewTest.message(new Argument("four", new Value.Ipv4(0xC000_02FF)),
                new Argument("six", new Value.Ipv6(0x2001_0DB8L << 32, -2)),
                new Argument("text", Value.of("192.0.2.1")));

        assertThat(message.addressHigh("four")).isZero();
        assertThat(message.addressLow("four")).isEqualTo(0xC000_02FFL);
        assertThat(message.addressHigh("six")).isEqualTo(0x2001_0DB8L << 32);
        assertThat(message.addressLow("six")).isEqualTo(-2);
        assertThatThrownBy(() -> message.addressLow("text")).isInstanceOf(ArgumentException.class)
                .hasMessage("message \"m\", argument \"text\": expected an address, but STRING came");
        assertThatThrownBy(() -> message.addressHigh("none")).isInstanceOf(ArgumentException.class)
                .hasMessage("message \"m\", argument \"none\": expected an address, but no argument of that name came");
    }

    @Test
    void tellsTheTypeOfAnArgument() {
        MessageView message = MessageViewTest.message(new Argument("none", Value.NULL),
                new Argument("six", new Value.Ipv6(0, 1)), new Argument("six", Value.TRUE));

        assertThat(message.type("none")).isEqualTo(ValueType.NULL);
        assertThat(message.type("six")).isEqualTo(ValueType.IPV6);
        assertThatThrownBy(() -> message.type("other")).isInstanceOf(ArgumentException.class)
                .hasMessage("message \"m\", argument \"other\": expected a value, but no argument of that name came");
    }

    @Test
    void replacesWhatIsNoUtf8AndKeepsItsBytes() {
        byte[] bytes = {'a', 0, (byte) 0xC3, 'b'};
        MessageView message = MessageViewTest.message(new Argument("a", new Value.Str(bytes)));

        assertThat(message.string("a")).isEqualTo("a\0\ufffdb");
        assertThat(message.bytes("a")).isEqualTo(bytes);
        assertThat(message.optionalBytes("a")).hasValueSatisfying(copy -> assertThat(copy).isEqualTo(bytes));
    }

    @Test
    void givesCopiesThatOutliveTheMessage() {
        ByteBuf bytes = Unpooled.buffer();
        MessageList.write(bytes, "m", EVERY_TYPE);
        MessageView message = new MessageView();
        message.read(bytes.array(), 0, bytes.writerIndex());
        message.open(bytes.array(), null, Exchanges.of(1, 1));
        List<Argument> arguments = message.arguments();

        message.close();
        bytes.setZero(0, bytes.capacity());

        assertThat(arguments).isEqualTo(EVERY_TYPE);
    }

    @Test
    void readsTheMessagesOfANotifyOneAfterTheOther() {
        ByteBuf bytes = Unpooled.buffer();
        MessageList.write(bytes, "n".repeat(300), EVERY_TYPE);
        MessageList.write(bytes, "two", List.of(new Argument("a", Value.of(2L))));
        MessageView message = new MessageView();

        int next = message.read(bytes.array(), 0, bytes.writerIndex());
        message.open(bytes.array(), null, Exchanges.of(1, 1));
        assertThat(message.name()).isEqualTo("n".repeat(300));
        int end = message.read(bytes.array(), next, bytes.writerIndex());

        assertThat(message.name()).isEqualTo("two");
        assertThat(message.integer("a")).isEqualTo(2);
        assertThat(message.optionalValue("NULL")).isEmpty();
        assertThat(end).isEqualTo(bytes.writerIndex());
    }

    @Test
    void refusesEveryAccessOnceItIsClosed() {
        MessageView message = MessageViewTest.message(new Argument("a", Value.TRUE));
        assertThat(message.notification().streamId()).isEqualTo(1);
        message.close();

        String text = "the message of an inline handler is valid only until that returns, and only on its thread";
        assertThatIllegalStateException().isThrownBy(() -> message.bool("a")).withMessage(text);
        assertThatIllegalStateException().isThrownBy(message::arguments).withMessage(text);
        assertThatIllegalStateException().isThrownBy(message::notification).withMessage(text);
        assertThatIllegalStateException().isThrownBy(message::name).withMessage(text);
        assertThatIllegalStateException().isThrownBy(() -> message.optionalValue("a")).withMessage(text);
        assertThatIllegalStateException().isThrownBy(() -> new MessageView().notification());
    }

    @Test
    void refusesEveryOtherThreadWhereItServesOne() {
        byte[] in = PeerBytes.message("m", new Argument("a", Value.TRUE));
        MessageView mine = new MessageView(Thread.currentThread());
        MessageView foreign = new MessageView(new Thread(() -> {
        }));

        mine.read(in, 0, in.length);
        mine.open(in, null, new ReceivedNotify());
        foreign.read(in, 0, in.length);
        foreign.open(in, null, new ReceivedNotify());

        assertThat(mine.bool("a")).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> foreign.bool("a")).withMessageContaining("on its thread");
    }
}
