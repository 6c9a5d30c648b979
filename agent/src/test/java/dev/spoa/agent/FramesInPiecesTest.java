package dev.spoa.agent;

import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.frame;
import static dev.spoa.engine.raw.PeerBytes.hex;
import static dev.spoa.engine.raw.PeerBytes.join;
import static dev.spoa.engine.raw.PeerBytes.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.conformance.AgentLogCapture;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an agent sends does not depend on how the bytes that it receives are cut. Each piece is one read; the agent is a
 * {@link Connection} on a channel without a socket.
 */
class FramesInPiecesTest {
    private static final byte[] ECHO = message("echo", arg("a", Value.of("b")), arg("n", Value.of(-1L)));
    private static final byte[] NOTHING = {};
    private static final int MORE = 0;

    @AutoClose private final AgentLogCapture log = new AgentLogCapture();

    /** What comes after the HELLO, or in place of it. */
    enum Conversation {
        LEGACY_HELLO(PeerBytes.legacyHello(), NOTHING),
        MUX_HELLO(PeerBytes.muxHello(), NOTHING),
        HEALTH_CHECK(PeerBytes.healthCheck(), NOTHING),
        HELLO_AND_NOTIFY_TOGETHER(join(PeerBytes.muxHello(), PeerBytes.notify(1, 1, ECHO)), NOTHING),
        NOTIFY(PeerBytes.muxHello(), PeerBytes.notify(1, 1, ECHO)),
        NOTIFY_WITHOUT_MESSAGES(PeerBytes.muxHello(), PeerBytes.notify(0, 0)),
        NOTIFY_WITH_LARGE_IDS(PeerBytes.muxHello(), PeerBytes.notify(-1, 4_711, message("who-knows"), ECHO)),
        FRAGMENTS(PeerBytes.legacyHello(), join(frame(FrameType.NOTIFY, MORE, 7, 1, Arrays.copyOf(ECHO, 4)),
                frame(FrameType.UNSET, MORE, 7, 1, NOTHING),
                frame(FrameType.UNSET, FrameHeader.FIN, 7, 1, Arrays.copyOfRange(ECHO, 4, ECHO.length)))),
        ABORTED_FRAGMENTS(PeerBytes.legacyHello(), join(frame(FrameType.NOTIFY, MORE, 7, 1, Arrays.copyOf(ECHO, 4)),
                frame(FrameType.UNSET, FrameHeader.FIN | FrameHeader.ABORT, 7, 1, NOTHING),
                PeerBytes.notify(9, 1, ECHO))),
        DISCONNECT(PeerBytes.muxHello(), PeerBytes.disconnect(StatusCode.NORMAL)),
        NOTIFY_AND_DISCONNECT(PeerBytes.muxHello(),
                join(PeerBytes.notify(1, 1, ECHO), PeerBytes.disconnect(StatusCode.TIMEOUT))),
        UNKNOWN_TYPE(PeerBytes.muxHello(),
                join(frame(50, FrameHeader.FIN, 5, 1, new byte[9]), PeerBytes.notify(1, 1, ECHO))),
        THREE_FRAMES(PeerBytes.muxHello(),
                join(PeerBytes.notify(1, 1, ECHO), PeerBytes.notify(3, 1), PeerBytes.notify(5, 1, ECHO))),
        LENGTH_TOO_SMALL(PeerBytes.muxHello(), join(PeerBytes.notify(1, 1, ECHO), new byte[4])),
        LENGTH_TOO_LARGE(PeerBytes.muxHello(), join(PeerBytes.notify(1, 1, ECHO), PeerBytes.bytes("00003ffd"))),
        MALFORMED_NOTIFY(PeerBytes.muxHello(), PeerBytes.notify(1, 1, ECHO, PeerBytes.bytes("016d0101610f"))),
        NOTIFY_FIRST(NOTHING, PeerBytes.notify(1, 1, ECHO)),
        NO_SPOP(NOTHING, PeerBytes.bytes("474554202f20485454502f312e310d0a"));

        private final String before;
        private final String cut;

        Conversation(byte[] hello, byte[] bytes) {
            before = bytes.length == 0 ? "" : hex(hello);
            cut = hex(bytes.length == 0 ? hello : bytes);
        }

        /** What is received in one piece. */
        byte[] before() {
            return PeerBytes.bytes(before);
        }

        /** What is cut. */
        byte[] bytes() {
            return PeerBytes.bytes(cut);
        }
    }

    @AfterEach
    void theAgentHasFoundNoErrorInItself() {
        assertThat(log.warnings()).noneMatch(text -> text.contains("error in the agent itself"));
    }

    private static AgentBuilder builder() {
        return Agent.builder().onInline("echo", (message, reply) -> {
            for (Argument argument : message.arguments()) {
                reply.set(Scope.TRANSACTION, argument.name(), argument.value());
            }
        });
    }

    private static EmbeddedChannel open() {
        AgentContext context = new AgentContext(builder());
        return new EmbeddedChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Connection(context, new Dispatcher(context, channel.eventLoop())));
            }
        });
    }

    /** One read, of a buffer that does not begin at its index 0 and has room behind. */
    private static void read(EmbeddedChannel channel, byte[] piece) {
        ByteBuf in = channel.alloc().buffer(piece.length + 16).writeZero(5).writeBytes(piece).skipBytes(5);
        channel.writeInbound(in);
    }

    /** All that was written so far. */
    private static String written(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.append(hex(ByteBufUtil.getBytes(out)));
            out.release();
        }
        return all.toString();
    }

    private static String answerTo(Conversation conversation, int... cuts) {
        EmbeddedChannel channel = open();
        try {
            byte[] bytes = conversation.bytes();
            read(channel, conversation.before());
            int from = 0;
            for (int cut : cuts) {
                read(channel, Arrays.copyOfRange(bytes, from, cut));
                from = cut;
            }
            read(channel, Arrays.copyOfRange(bytes, from, bytes.length));
            return written(channel);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @EnumSource(Conversation.class)
    void twoPieces(Conversation conversation) {
        String whole = answerTo(conversation);
        assertThat(whole).isNotEmpty();
        for (int cut = 1; cut < conversation.bytes().length; cut++) {
            assertThat(answerTo(conversation, cut)).as("cut at %s", cut).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource(Conversation.class)
    void threePieces(Conversation conversation) {
        String whole = answerTo(conversation);
        int size = conversation.bytes().length;
        if (size <= 34) {
            for (int second = 2; second < size; second++) {
                for (int first = 1; first < second; first++) {
                    assertThat(answerTo(conversation, first, second)).as("cut at %s and %s", first, second)
                            .isEqualTo(whole);
                }
            }
        } else {
            Random random = new Random(3);
            for (int i = 0; i < 150; i++) {
                int first = 1 + random.nextInt(size - 2);
                int second = first + 1 + random.nextInt(size - first - 1);
                assertThat(answerTo(conversation, first, second)).as("cut at %s and %s", first, second)
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Conversation.class)
    void singleBytes(Conversation conversation) {
        assertThat(answerTo(conversation, IntStream.range(1, conversation.bytes().length).toArray()))
                .isEqualTo(answerTo(conversation));
    }

    @ParameterizedTest
    @EnumSource(Conversation.class)
    void endOfFileAfterEachByteLeavesNothing(Conversation conversation) {
        for (int size = 1; size < conversation.bytes().length; size++) {
            EmbeddedChannel channel = open();
            read(channel, conversation.before());
            read(channel, Arrays.copyOf(conversation.bytes(), size));
            channel.finishAndReleaseAll();
        }
    }

    /** So that the one HELLO, the two kinds of NOTIFY and so on above are known to be answered rightly when whole. */
    @Test
    void theWholeConversationsAreAnsweredAsTheReferenceSays() {
        String hello = hex(PeerBytes.bytes("0000004e 65 00000001 0000 0776657273696f6e 0803322e30"
                + "0e6d61782d6672616d652d73697a65 03fcf006 0c6361706162696c6974696573 0818"
                + "706970656c696e696e672c667261676d656e746174696f6e"));
        String actions = "010302" + "0161" + "080162" + "010302" + "016e" + "04fff0fefefefefefefe0e";
        String normal = hex(PeerBytes.bytes("00000025 66 00000001 0000 0b7374617475732d636f6465 0300 076d657373616765"
                + "08066e6f726d616c"));
        assertThat(answerTo(Conversation.MUX_HELLO)).isEqualTo(hello);
        assertThat(answerTo(Conversation.LEGACY_HELLO)).isEqualTo(hello);
        assertThat(answerTo(Conversation.HELLO_AND_NOTIFY_TOGETHER))
                .isEqualTo(hello + "0000001f" + "67000000010101" + actions);
        assertThat(answerTo(Conversation.NOTIFY)).isEqualTo(hello + "0000001f" + "67000000010101" + actions);
        assertThat(answerTo(Conversation.FRAGMENTS)).isEqualTo(hello + "0000001f" + "67000000010701" + actions);
        assertThat(answerTo(Conversation.ABORTED_FRAGMENTS)).isEqualTo(hello + "0000001f" + "67000000010901" + actions);
        assertThat(answerTo(Conversation.DISCONNECT)).isEqualTo(hello + normal);
        assertThat(answerTo(Conversation.UNKNOWN_TYPE)).isEqualTo(hello + "0000001f" + "67000000010101" + actions);
        assertThat(answerTo(Conversation.THREE_FRAMES)).isEqualTo(hello + "0000001f" + "67000000010101" + actions
                + "00000007" + "67000000010301" + "0000001f" + "67000000010501" + actions);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 21, 34, 1_000})
    void severalFramesAndAHalfInEachRead(int pieceSize) {
        byte[] all = join(IntStream.range(0, 60).mapToObj(i -> PeerBytes.notify(i, i, ECHO)).toArray(byte[][]::new));
        EmbeddedChannel channel = open();
        read(channel, PeerBytes.muxHello());
        written(channel);
        String expected = IntStream.range(0, 60)
                .mapToObj(i -> "0000001f" + "6700000001" + hex(new byte[] {(byte) i, (byte) i}) + "010302" + "0161"
                        + "080162" + "010302" + "016e" + "04fff0fefefefefefefe0e")
                .reduce("", String::concat);
        for (int from = 0; from < all.length; from += pieceSize) {
            read(channel, Arrays.copyOfRange(all, from, Math.min(all.length, from + pieceSize)));
        }
        assertThat(written(channel)).isEqualTo(expected);
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 131_068, 131_072, 200_000, 1_048_000})
    void largeFramesInPieces(int size) {
        byte[] value = new byte[size];
        new Random(size).nextBytes(value);
        byte[] notify = PeerBytes.notify(1, 1, message("echo", arg("v", Value.of(value))));
        EmbeddedChannel channel = open();
        read(channel, PeerBytes.hello(1_048_572));
        written(channel);
        IntConsumer send = pieceSize -> {
            for (int from = 0; from < notify.length; from += pieceSize) {
                read(channel, Arrays.copyOfRange(notify, from, Math.min(notify.length, from + pieceSize)));
            }
        };
        send.accept(notify.length);
        String whole = written(channel);
        assertThat(whole.length()).isEqualTo(2 * (size + 4 + 7 + 3 + 2 + 1 + PeerBytes.varint(size).length));
        for (int pieceSize : new int[] {1_000, 65_536, notify.length - 1}) {
            send.accept(pieceSize);
            assertThat(written(channel).equals(whole)).as("pieces of %s", pieceSize).isTrue();
        }
        channel.finishAndReleaseAll();
    }

    /** Notes what a channel is told to write. */
    private static final class Writes extends ChannelOutboundHandlerAdapter {
        private final StringBuilder calls = new StringBuilder();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            calls.append("write ").append(((ByteBuf) message).readableBytes()).append(", ");
            ChannelFuture unused = context.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            calls.append("flush; ");
            context.flush();
        }

        private String take() {
            String all = calls.toString();
            calls.setLength(0);
            return all;
        }
    }

    @Test
    void c05_eachAnswerIsOneWriteAndOneFlush() {
        EmbeddedChannel channel = open();
        Writes writes = new Writes();
        channel.pipeline().addFirst(writes);
        read(channel, PeerBytes.muxHello());
        assertThat(writes.take()).isEqualTo("write 82, flush; ");
        read(channel, PeerBytes.notify(1, 1, ECHO));
        assertThat(writes.take()).isEqualTo("write 35, flush; ");
        read(channel, join(IntStream.range(0, 20).mapToObj(i -> PeerBytes.notify(i, 1, ECHO)).toArray(byte[][]::new)));
        assertThat(writes.take()).isEqualTo("write 700, flush; ");
        read(channel, join(PeerBytes.notify(1, 1, ECHO), PeerBytes.disconnect(StatusCode.NORMAL)));
        assertThat(writes.take()).isEqualTo("write 76, flush; ");
        channel.finishAndReleaseAll();
    }

    @Test
    void c05_theAnswerToAHealthCheckIsOneWriteAndOneFlush() {
        EmbeddedChannel channel = open();
        Writes writes = new Writes();
        channel.pipeline().addFirst(writes);
        read(channel, PeerBytes.healthCheck());
        assertThat(writes.take()).isEqualTo("write 57, flush; ");
        channel.finishAndReleaseAll();
    }

    @Test
    void aLargeBatchGoesOutInPiecesOfWholeFrames() {
        EmbeddedChannel channel = open();
        read(channel, PeerBytes.hello(1_048_572));
        written(channel);
        Writes writes = new Writes();
        channel.pipeline().addFirst(writes);
        byte[] notify = PeerBytes.notify(1, 1, message("echo", arg("v", Value.of(new byte[40_000]))));
        int ack = 4 + 7 + 3 + 2 + 1 + 3 + 40_000;
        read(channel, join(notify, notify, notify));
        assertThat(writes.take()).isEqualTo("write " + 2 * ack + ", write " + ack + ", flush; ");
        channel.finishAndReleaseAll();
    }
}
