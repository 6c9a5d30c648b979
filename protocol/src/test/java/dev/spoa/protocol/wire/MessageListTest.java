package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1.4; the cases C19 to C25, A17 to A19. */
class MessageListTest {
    /** Names empty and repeated, every type, a NUL and bytes that are not UTF-8. */
    private static final List<Argument> ARGUMENTS = List.of(
            new Argument("", Value.NULL),
            new Argument("", Value.TRUE),
            new Argument("a", Value.FALSE),
            new Argument("a", Value.of(-1)),
            new Argument("a", new Value.Uint32(65536)),
            new Argument("a", Value.of(Long.MIN_VALUE)),
            new Argument("b", new Value.Uint64(-1)),
            new Argument("ip", new Value.Ipv4(0xC0000201)),
            new Argument("ip", new Value.Ipv6(0, 0xFFFFC0000201L)),
            new Argument("s", Value.of("")),
            new Argument("s", new Value.Str(new byte[] {0, -1})),
            new Argument("\u00e9", Value.of(new byte[0])));
    private static final String ARGUMENTS_HEX = """
            00 00
            00 11
            0161 01
            0161 02 FFF0FEFEFEFEFEFEFE0E
            0161 03 F0F11E
            0161 04 F0F1FEFEFEFEFEFEFE06
            0162 05 FFF0FEFEFEFEFEFEFE0E
            026970 06 C0000201
            026970 07 00000000000000000000FFFFC0000201
            0173 08 00
            0173 08 02 00FF
            02C3A9 09 00
            """;

    @Test
    void writesArgumentsOfEveryTypeInTheirOrder() {
        assertThat(Hex.written(out -> MessageList.write(out, "m", ARGUMENTS)))
                .isEqualTo(Hex.compact("016D 0C" + ARGUMENTS_HEX));
    }

    @Test
    void readsArgumentsOfEveryTypeInTheirOrder() {
        assertThat(ReadMessage.all(Hex.bufferAt2("016D 0C" + ARGUMENTS_HEX)))
                .containsExactly(new ReadMessage("m", ARGUMENTS));
    }

    @Test
    void readsAsManyArgumentsAsItIsTold() {
        ByteBuf in = Hex.bufferAt2("00 00 0161 01 55");

        assertThat(MessageList.readArguments(in, 2)).containsExactly(new Argument("", Value.NULL),
                new Argument("a", Value.FALSE));
        assertThat(in.readableBytes()).isEqualTo(1);
        assertThat(MessageList.readArguments(in, 0)).isEmpty();
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    @Test
    void skipsAsManyArgumentsAsItIsTold() {
        ByteBuf in = Hex.bufferAt2(ARGUMENTS_HEX + "55");

        MessageList.skipArguments(in, 0);
        assertThat(in.readerIndex()).isEqualTo(2);
        MessageList.skipArguments(in, ARGUMENTS.size());
        assertThat(in.readableBytes()).isEqualTo(1);
    }

    /** C23 to C25. */
    @Test
    void readsNoneOneOrSeveralMessages() {
        assertThat(ReadMessage.all(Hex.bufferAt2(""))).isEmpty();
        assertThat(ReadMessage.all(Hex.bufferAt2("0161 00"))).containsExactly(new ReadMessage("a", List.of()));
        assertThat(ReadMessage.all(Hex.bufferAt2("0161 00 0162 01 00 00 0161 00"))).containsExactly(
                new ReadMessage("a", List.of()), new ReadMessage("b", List.of(new Argument("", Value.NULL))),
                new ReadMessage("a", List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 255})
    void countsArgumentsInOneUnsignedByte(int count) {
        List<Argument> arguments = Collections.nCopies(count, new Argument("x", Value.of(7L)));
        String hex = Hex.written(out -> MessageList.write(out, "m", arguments));

        assertThat(hex).startsWith("016d%02x".formatted(count)).hasSize(2 * (3 + 4 * count));
        assertThat(ReadMessage.all(Hex.buffer(hex))).containsExactly(new ReadMessage("m", arguments));
        ReadMessage.skipAll(Hex.buffer(hex));
    }

    @Test
    void refusesToWriteMoreThan255Arguments() {
        List<Argument> arguments = Collections.nCopies(256, new Argument("x", Value.NULL));

        assertThatThrownBy(() -> Hex.written(out -> MessageList.write(out, "m", arguments)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a message has at most 255 arguments, not 256");
        assertThat(MessageList.MAX_ARGUMENTS).isEqualTo(255);
    }

    @Test
    void rejectsAMessageThatEndsAfterItsName() {
        assertThat(Refusal.of(() -> ReadMessage.all(Hex.bufferAt2("016D")))).isEqualTo(Refusal.invalid(4,
                "a message that ends after its name, before the number of its arguments"));
    }

    /** A18, A17 and A19. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            016D 02 0161 00       | 8 | varint cut by the end of the frame
            016D FF 0161 00       | 8 | varint cut by the end of the frame
            016D 01               | 5 | varint cut by the end of the frame
            016D 01 0161          | 7 | typed data of 1 byte or more where 0 are left in the frame
            016D 01 0161 0A       | 7 | typed data of type 10 where 0 to 9 are known
            016D 01 0161 FF       | 7 | typed data of type 15 where 0 to 9 are known
            016D 01 0161 06 C0    | 8 | IPV4 of 4 bytes or more where 1 are left in the frame
            016D 00 01            | 5 | a length of 1 where 0 bytes are left in the frame
            016D 00 00            | 6 | a message that ends after its name, before the number of its arguments
            016D 01 00 00 F0      | 7 | varint cut by the end of the frame
            016D 01 05 6100       | 5 | a length of 5 where 2 bytes are left in the frame
            """)
    void rejectsMissingArgumentsReservedTypesAndTrailingBytes(String hex, int index, String message) {
        Refusal expected = Refusal.invalid(index, message);

        assertThat(Refusal.of(() -> ReadMessage.all(Hex.bufferAt2(hex)))).isEqualTo(expected);
        assertThat(Refusal.of(() -> ReadMessage.skipAll(Hex.bufferAt2(hex)))).isEqualTo(expected);
    }

    @Test
    void rejectsAPayloadCutAnywhereButBetweenMessages() {
        String first = Hex.compact("016D 0C" + ARGUMENTS_HEX);
        String whole = first + Hex.compact("0161 00") + Hex.compact("0162 02" + "00 00 0173 08 02 6869");
        Set<Integer> ends = Set.of(0, first.length(), first.length() + 6, whole.length());
        List<ReadMessage> all = ReadMessage.all(Hex.buffer(whole));
        assertThat(all).hasSize(3);
        for (int cut = 0; cut <= whole.length(); cut += 2) {
            String part = whole.substring(0, cut);
            if (ends.contains(cut)) {
                List<ReadMessage> read = ReadMessage.all(Hex.buffer(part));
                assertThat(read).isEqualTo(all.subList(0, read.size()));
                assertThat(read.size()).isEqualTo(ends.stream().filter(end -> end <= part.length()).count() - 1);
                ReadMessage.skipAll(Hex.buffer(part));
            } else {
                Refusal reading = Refusal.of(() -> ReadMessage.all(Hex.buffer(part)));
                assertThat(reading).isEqualTo(Refusal.of(() -> ReadMessage.skipAll(Hex.buffer(part))));
                assertThat(reading.index()).isBetween(0, cut / 2);
            }
        }
    }
}
