package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What there is for arrays does the same as what there is for buffers. */
class ArrayFormsTest {
    /** Where things begin, so that an index that is taken for one of zero is seen. */
    private static final int BEFORE = 3;

    static List<Value> values() {
        return List.of(Value.NULL, Value.TRUE, Value.FALSE, new Value.Int32(-1), new Value.Uint32(239),
                new Value.Int64(240), new Value.Uint64(1L << 40), new Value.Ipv4(0xC000_0201), new Value.Ipv6(1, 2),
                Value.of(""), Value.of("x".repeat(300)), Value.of(new byte[] {1, 2, 3}));
    }

    /** The bytes of something, with others before and behind. */
    private static byte[] between(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer().writeZero(BEFORE);
        writer.accept(out);
        return ByteBufUtil.getBytes(out.writeBytes(new byte[] {-1, -1, -1}));
    }

    private static int endOf(byte[] bytes) {
        return bytes.length - 3;
    }

    private static ProtocolException failureOf(Runnable read) {
        try {
            read.run();
        } catch (ProtocolException e) {
            return e;
        }
        throw new AssertionError("it can be read");
    }

    /** Cut anywhere, both forms say the same, of the same place. */
    private static void assertCutAlike(byte[] bytes, Consumer<ByteBuf> ofBuffer, IntConsumer ofArray) {
        for (int end = BEFORE; end < endOf(bytes); end++) {
            int cut = end;
            ProtocolException expected = failureOf(() -> ofBuffer
                    .accept(Unpooled.wrappedBuffer(bytes).setIndex(BEFORE, cut)));
            ProtocolException found = failureOf(() -> ofArray.accept(cut));
            assertThat(found).hasMessage(expected.getMessage());
            assertThat(found.index()).isEqualTo(expected.index());
            assertThat(found.status()).isEqualTo(expected.status());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 239, 240, 2_287, 2_288, 264_431, 264_432, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void varint(long value) {
        byte[] bytes = between(out -> Varint.write(out, value));
        byte[] written = new byte[bytes.length];
        Arrays.fill(written, BEFORE + Varint.size(value), written.length, (byte) -1);

        assertThat(Varint.write(written, BEFORE, value)).isEqualTo(BEFORE + Varint.size(value));
        assertThat(written).isEqualTo(bytes);
        assertThat(Varint.get(bytes, BEFORE)).isEqualTo(value);
        assertThat(Varint.read(bytes, BEFORE, endOf(bytes))).isEqualTo(value);
        assertCutAlike(bytes, Varint::read, end -> Varint.read(bytes, BEFORE, end));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fffffefefefefefefe10", "f0ffffffffffffffff0f", "ffffffffffffffffffff00"})
    void varintAboveAll(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThatThrownBy(() -> Varint.read(bytes, 0, bytes.length)).hasMessage(
                failureOf(() -> Varint.read(Unpooled.wrappedBuffer(bytes))).getMessage());
    }

    @ParameterizedTest
    @MethodSource("values")
    void typedData(Value value) {
        byte[] bytes = between(out -> TypedData.write(out, value));

        assertThat(TypedData.typeAt(bytes, BEFORE)).isEqualTo(value.type());
        assertThat(TypedData.skip(bytes, BEFORE, endOf(bytes))).isEqualTo(endOf(bytes));
        assertCutAlike(bytes, TypedData::skip, end -> TypedData.skip(bytes, BEFORE, end));
    }

    static List<Argument> arguments() {
        List<Argument> arguments = new ArrayList<>();
        for (int nameLength : new int[] {0, 2, 239, 240, 3_000}) {
            for (Value value : values()) {
                arguments.add(new Argument("n".repeat(nameLength), value));
            }
        }
        for (int length : new int[] {239, 240, 2_287, 2_288, 100_000}) { // each the end of a range of lengths
            arguments.add(new Argument("a", Value.of("x".repeat(length))));
        }
        return arguments;
    }

    @ParameterizedTest
    @MethodSource("arguments")
    void argument(Argument argument) {
        byte[] bytes = between(out -> {
            WireString.write(out, argument.name());
            TypedData.write(out, argument.value());
        });

        assertThat(MessageList.skipArgument(bytes, BEFORE, endOf(bytes))).isEqualTo(endOf(bytes));
        if (bytes.length < 10_000) {
            assertCutAlike(bytes, in -> MessageList.skipArguments(in, 1),
                    end -> MessageList.skipArgument(bytes, BEFORE, end));
        }
    }

    @Test
    void typedDataOfAReservedType() {
        assertThatThrownBy(() -> TypedData.skip(new byte[] {0x1A}, 0, 1)).isInstanceOf(ProtocolException.class)
                .hasMessage("typed data of type 10 where 0 to 9 are known");
    }

    @Test
    void argumentCount() {
        byte[] bytes = between(out -> out.writeByte(200));

        assertThat(MessageList.readArgumentCount(bytes, BEFORE, endOf(bytes))).isEqualTo(200);
        assertCutAlike(bytes, MessageList::readArgumentCount,
                end -> MessageList.readArgumentCount(bytes, BEFORE, end));
    }

    @Test
    void frame() {
        byte[] expected = between(out -> {
            int start = FrameHeader.begin(out, FrameType.ACK, FrameHeader.FIN, 300, -1);
            out.writeInt(42);
            FrameHeader.end(out, start);
        });
        byte[] written = new byte[BEFORE + FrameHeader.MAX_SIZE + 4];

        int payload = FrameHeader.begin(written, BEFORE, FrameType.ACK, FrameHeader.FIN, 300, -1);
        written[payload + 3] = 42;
        FrameHeader.end(written, BEFORE, payload + 4);

        assertThat(Arrays.copyOf(written, payload + 4)).isEqualTo(Arrays.copyOf(expected, endOf(expected)));
        assertThat(FrameHeader.length(written, BEFORE)).isEqualTo(payload + 4 - BEFORE - FrameHeader.LENGTH_SIZE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 239, 240, 1L << 40, -1})
    void headerOfAnAck(long streamId) {
        for (int behind : new int[] {0, 1, 7, 8, 100}) { // the ids may be the last of what is in an array
            ByteBuf notify = Unpooled.buffer();
            FrameHeader.begin(notify, FrameType.NOTIFY, FrameHeader.FIN, streamId, 77);
            int ids = FrameHeader.LENGTH_SIZE + FrameHeader.IDS_INDEX;
            int idsEnd = notify.writerIndex();
            byte[] in = Arrays.copyOf(ByteBufUtil.getBytes(notify), idsEnd + behind);
            byte[] expected = new byte[BEFORE + FrameHeader.MAX_SIZE];
            byte[] written = new byte[BEFORE + FrameHeader.MAX_SIZE];
            Arrays.fill(written, (byte) 0x55);

            int payload = FrameHeader.begin(expected, BEFORE, FrameType.ACK, FrameHeader.FIN, streamId, 77);
            assertThat(FrameHeader.beginAck(written, BEFORE, in, ids, idsEnd)).isEqualTo(payload);
            FrameHeader.end(expected, BEFORE, payload);
            FrameHeader.end(written, BEFORE, payload);
            assertThat(Arrays.copyOfRange(written, BEFORE, payload))
                    .isEqualTo(Arrays.copyOfRange(expected, BEFORE, payload));
        }
    }

    @Test
    void longestHeader() {
        assertThat(FrameHeader.begin(new byte[FrameHeader.MAX_SIZE], 0, FrameType.ACK, -1, -1, -1))
                .isEqualTo(FrameHeader.MAX_SIZE);
    }

    @Test
    void actions() {
        byte[] set = between(out -> ActionList.beginSetVar(out, Scope.REQUEST, ""));
        byte[] unset = between(out -> ActionList.writeUnsetVar(out, Scope.REQUEST, ""));
        byte[] written = new byte[BEFORE + ActionList.NAME_INDEX];

        assertThat(ActionList.beginSetVar(written, BEFORE, Scope.REQUEST)).isEqualTo(written.length);
        assertThat(written).isEqualTo(Arrays.copyOf(set, written.length));
        assertThat(ActionList.beginUnsetVar(written, BEFORE, Scope.REQUEST)).isEqualTo(written.length);
        assertThat(written).isEqualTo(Arrays.copyOf(unset, written.length));
    }
}
