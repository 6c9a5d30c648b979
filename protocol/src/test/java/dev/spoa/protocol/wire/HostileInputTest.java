package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hundreds of thousands of random and broken inputs, the same ones in each run: a reader accepts its input or throws
 * {@link ProtocolException}, and it allocates in proportion to the input.
 */
class HostileInputTest {
    private static final int INPUTS = 60_000;
    private static final byte[][] TROUBLE = {
        Hex.bytes("F0"), Hex.bytes("FF"), Hex.bytes("00"), Hex.bytes("80"), Hex.bytes("0A"), Hex.bytes("7F"),
        Hex.bytes("F0F1FEFE3E"), Hex.bytes("FFF0FEFE7E"), Hex.bytes("F0F1FEFEFEFEFEFEFE06"),
        Hex.bytes("FFF0FEFEFEFEFEFEFE0E"), Hex.bytes("F0F1FEFEFEFEFEFEFE0E"), Hex.bytes("FFFFFFFFFFFFFFFFFFFFFF")};

    enum Kind {
        FRAME, MESSAGES, ACTIONS, HAPROXY_HELLO, AGENT_HELLO, DISCONNECT;

        Random random() {
            return new Random(name().hashCode());
        }

        Object read(ByteBuf in) {
            return switch (this) {
                case FRAME -> List.of(FrameHeader.read(in), ReadMessage.all(in));
                case MESSAGES -> ReadMessage.all(in);
                case ACTIONS -> ActionList.read(in);
                case HAPROXY_HELLO -> HaproxyHello.read(in);
                case AGENT_HELLO -> AgentHello.read(in);
                case DISCONNECT -> Disconnect.read(in);
            };
        }

        void writeValid(ByteBuf out, Random random) {
            switch (this) {
                case FRAME -> {
                    out.writeByte(random.nextInt(4)).writeInt(random.nextInt(4));
                    Varint.write(out, random.nextLong() >>> random.nextInt(64));
                    Varint.write(out, 1);
                    MESSAGES.writeValid(out, random);
                }
                case MESSAGES -> {
                    for (int i = random.nextInt(4); i > 0; i--) {
                        List<Argument> arguments = new ArrayList<>();
                        for (int j = random.nextInt(6); j > 0; j--) {
                            arguments.add(new Argument("a".repeat(random.nextInt(3)), randomValue(random)));
                        }
                        MessageList.write(out, "m".repeat(random.nextInt(4)), arguments);
                    }
                }
                case ACTIONS -> {
                    for (int i = random.nextInt(5); i > 0; i--) {
                        Scope scope = Scope.ofCode(random.nextInt(5)).orElseThrow();
                        ActionList.write(out, random.nextBoolean() ? new Action.UnsetVar(scope, "name")
                                : new Action.SetVar(scope, "name", randomValue(random)));
                    }
                }
                case HAPROXY_HELLO -> {
                    new HaproxyHello("2.0", 16380, Set.of(Capability.PIPELINING), "e", random.nextBoolean()).write(out);
                    KvList.write(out, "other", randomValue(random));
                }
                case AGENT_HELLO -> {
                    KvList.write(out, "other", randomValue(random));
                    new AgentHello("2.0", 16380, Set.of()).write(out);
                }
                case DISCONNECT -> {
                    new Disconnect(StatusCode.NORMAL).write(out);
                    KvList.write(out, "other", randomValue(random));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void throwsNothingButProtocolException(Kind kind) {
        Random random = kind.random();
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = input(kind, random);
            ByteBuf in = Unpooled.wrappedBuffer(input);
            try {
                kind.read(in);
                accepted++;
                assertThat(in.isReadable()).as(Hex.of(input)).isFalse();
            } catch (ProtocolException refused) {
                assertThat(refused.index()).as(Hex.of(input)).isBetween(0, input.length);
            } catch (RuntimeException | Error other) {
                throw new AssertionError("input " + Hex.of(input), other);
            }
        }
        assertThat(accepted).as("accepted inputs").isBetween(INPUTS / 100, INPUTS * 9 / 10);
    }

    @Test
    void skipsWhatItReadsAndRefusesWhatItRefuses() {
        Random random = new Random(99);
        int accepted = 0;
        for (int i = 0; i < 3 * INPUTS; i++) {
            byte[] input = input(Kind.MESSAGES, random);
            int count = random.nextInt(5);
            accepted += assertAgree(input, count);
        }
        assertThat(accepted).isBetween(INPUTS / 10, 29 * INPUTS / 10);
    }

    /** Behind a message's header, so that the input is often well-formed. */
    private static int assertAgree(byte[] input, int count) {
        ByteBuf read = Unpooled.wrappedBuffer(input);
        ByteBuf skipped = Unpooled.wrappedBuffer(input);
        Object reading = outcome(read, in -> MessageList.readArguments(in, headed(in, count)));
        Object skipping = outcome(skipped, in -> MessageList.skipArguments(in, headed(in, count)));
        assertThat(reading).as(Hex.of(input)).isEqualTo(skipping);
        if (reading instanceof Integer) {
            reading = outcome(read, TypedData::read);
            skipping = outcome(skipped, TypedData::skip);
            assertThat(reading).as(Hex.of(input)).isEqualTo(skipping);
            return 1;
        }
        return 0;
    }

    private static int headed(ByteBuf in, int otherwise) {
        if (in.readableBytes() < 2) {
            return otherwise;
        }
        WireString.skip(in);
        return MessageList.readArgumentCount(in);
    }

    /** Where reading ended, or why. */
    private static Object outcome(ByteBuf in, Consumer<ByteBuf> reader) {
        try {
            reader.accept(in);
            return in.readerIndex();
        } catch (ProtocolException refused) {
            return new Refusal(refused.status(), refused.index(), refused.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void allocatesInProportionToItsInput(Kind kind) {
        Random random = kind.random();
        for (int i = 0; i < INPUTS / 10; i++) {
            byte[] input = input(kind, random);
            assertThat(allocatedFor(kind, input)).as(Hex.of(input)).isLessThan(bound(input));
        }
    }

    /** A15: lengths and numbers of arguments that lie. */
    @ParameterizedTest
    @ValueSource(strings = {"FFF0FEFE3E", "F0F1FEFE3E", "FFF0FEFE7E", "F0F1FEFEFEFEFEFEFE06", "FFF0FEFEFEFEFEFEFE0E",
        "FCF0FE06", "F0FFFF7F"})
    void allocatesNothingOnTheStrengthOfALength(String length) {
        for (String hex : List.of(length, length + "61", "016D 01" + length, "016D FF 0161 08" + length,
                "016D 01 0161 09" + length + "00", "0161 08" + length, "0103 00" + length, "0202 00" + length,
                "0103 00 0161 08" + length)) {
            byte[] input = Hex.bytes(hex);
            for (Kind kind : Kind.values()) {
                assertThat(allocatedFor(kind, input)).as("%s %s", kind, hex).isLessThan(bound(input));
            }
        }
    }

    private static long bound(byte[] input) {
        return 16 * 1024 + 200L * input.length;
    }

    /** Of the second time: the first one loads classes. */
    private static long allocatedFor(Kind kind, byte[] input) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        readOrRefuse(kind, input);
        long before = threads.getCurrentThreadAllocatedBytes();
        readOrRefuse(kind, input);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void readOrRefuse(Kind kind, byte[] input) {
        try {
            kind.read(Unpooled.wrappedBuffer(input));
        } catch (ProtocolException refused) {
            // as good as accepted here
        }
    }

    /** Valid but for a few bytes, or random from the first byte to the last. */
    private static byte[] input(Kind kind, Random random) {
        if (random.nextInt(8) == 0) {
            byte[] bytes = new byte[random.nextInt(48)];
            random.nextBytes(bytes);
            return bytes;
        }
        ByteBuf out = Unpooled.buffer();
        kind.writeValid(out, random);
        byte[] bytes = ByteBufUtil.getBytes(out);
        for (int mutations = random.nextInt(4); mutations > 0 && bytes.length > 0; mutations--) {
            bytes = mutated(bytes, random);
        }
        return bytes;
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int removed = switch (random.nextInt(4)) {
            case 0 -> bytes.length - at; // cut
            case 1 -> 0; // insert
            default -> 1; // replace
        };
        byte[] inserted = removed > 1 ? new byte[0]
                : random.nextBoolean() ? new byte[] {(byte) random.nextInt(256)}
                        : TROUBLE[random.nextInt(TROUBLE.length)];
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(bytes, 0, at).writeBytes(inserted).writeBytes(bytes, at + removed, bytes.length - at - removed);
        return ByteBufUtil.getBytes(out);
    }

    private static Value randomValue(Random random) {
        byte[] bytes = new byte[random.nextInt(10)];
        random.nextBytes(bytes);
        long number = random.nextLong() >> random.nextInt(64);
        return switch (random.nextInt(10)) {
            case 0 -> Value.NULL;
            case 1 -> Value.of(random.nextBoolean());
            case 2 -> new Value.Int32(number);
            case 3 -> new Value.Uint32(number);
            case 4 -> new Value.Int64(number);
            case 5 -> new Value.Uint64(number);
            case 6 -> new Value.Ipv4((int) number);
            case 7 -> new Value.Ipv6(number, random.nextLong());
            case 8 -> new Value.Str(bytes);
            default -> new Value.Binary(bytes);
        };
    }
}
