package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AckWriterTest {
    private final List<String> calls = new ArrayList<>();
    private final ChannelInboundHandlerAdapter handler = new ChannelInboundHandlerAdapter();
    private final EmbeddedChannel channel = new EmbeddedChannel(new Calls(), handler);
    private final AckBytes bytes = new AckBytes();
    private final AckWriter writer = new AckWriter(channel.pipeline().context(handler), bytes);

    /** Notes what arrives at the channel. */
    private final class Calls extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            calls.add("write");
            ChannelFuture unused = context.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            calls.add("flush");
            context.flush();
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void frame(int streamId, int payload) {
        frame(writer, streamId, payload);
    }

    private static void frame(AckWriter writer, int streamId, int payload) {
        OutgoingBytes out = writer.begin(FrameType.ACK, streamId, 1);
        SentBytes.addZeros(out, payload);
        writer.end(out);
    }

    private String sent() {
        ByteBuf message = channel.readOutbound();
        String hex = ByteBufUtil.hexDump(message);
        message.release();
        return hex;
    }

    @Test
    void writesTheEmptyAckOfTheReference() {
        frame(1, 0);
        writer.flush();

        assertThat(sent()).isEqualTo("00000007" + "67" + "00000001" + "0101");
    }

    @Test
    void writesTheFramesOfOneTurnWithOneFlush() {
        frame(1, 0);
        frame(2, 3);
        frame(240, 1);
        writer.flush();

        assertThat(calls).containsExactly("write", "flush");
        assertThat(sent()).isEqualTo("00000007670000000101010000000a67000000010201000000" + "0000000967"
                + "00000001f0000100");
        assertThat(writer.written()).isEqualTo(1);
    }

    @Test
    void writesNothingWhereThereIsNothing() {
        writer.flush();
        frame(1, 0);
        writer.flush();
        writer.flush();

        assertThat(calls).containsExactly("write", "flush");
    }

    @Test
    void takesTheLastFrameBackAndSendsWhatStandsBeforeIt() {
        frame(1, 0);
        OutgoingBytes out = writer.begin(FrameType.ACK, 2, 1);
        SentBytes.addZeros(out, 20);
        writer.cancel(out);
        frame(3, 0);
        writer.flush();

        assertThat(sent()).isEqualTo("0000000767000000010101" + "0000000767000000010301");
    }

    @Test
    void passesAFullBatchOnBeforeTheNextFrameBegins() {
        frame(1, 64 * 1024 - 11);
        assertThat(calls).isEmpty();
        frame(2, 0);
        assertThat(calls).containsExactly("write");
        writer.flush();

        assertThat(calls).containsExactly("write", "write", "flush");
        assertThat(sent()).hasSize(2 * 64 * 1024).startsWith("0000fffc67000000010101");
        assertThat(sent()).isEqualTo("0000000767000000010201");
        assertThat(writer.written()).isEqualTo(2);
    }

    @Test
    void keepsABatchThatIsNotFull() {
        frame(1, 64 * 1024 - 12);
        frame(2, 0);
        writer.flush();

        assertThat(calls).containsExactly("write", "flush");
    }

    @Test
    void tellsWhenTheLastBatchHasLeft() {
        frame(1, 0);
        ChannelFuture left = writer.flushLast();

        assertThat(left.isSuccess()).isTrue();
        assertThat(sent()).isEqualTo("0000000767000000010101");
        assertThat(writer.written()).isEqualTo(1);
        writer.flush();
        assertThat(calls).containsExactly("write", "flush");
    }

    @Test
    void dropsWhatWasNotWrittenWhenItIsClosed() {
        frame(1, 0);
        writer.close();
        writer.close();
        writer.flush();

        assertThat(calls).isEmpty();
    }

    @Test
    void passesOnWhatAnotherConnectionOfTheLoopHasEncoded() {
        EmbeddedChannel other = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        AckWriter second = new AckWriter(other.pipeline().firstContext(), bytes);
        frame(1, 0);
        frame(second, 2, 0);
        frame(3, 0);
        second.flush();
        writer.flush();

        assertThat(calls).containsExactly("write", "write", "flush");
        assertThat(sent()).isEqualTo("0000000767000000010101");
        assertThat(sent()).isEqualTo("0000000767000000010301");
        ByteBuf ofOther = other.readOutbound();
        assertThat(ByteBufUtil.hexDump(ofOther)).isEqualTo("0000000767000000010201");
        ofOther.release();
        other.finishAndReleaseAll();
    }

    @Test
    void leavesWhatIsNotItsOwnWhenItIsClosed() {
        EmbeddedChannel other = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        AckWriter second = new AckWriter(other.pipeline().firstContext(), bytes);
        frame(1, 0);
        second.close();
        second.flush();
        writer.flush();

        assertThat(sent()).isEqualTo("0000000767000000010101");
        assertThat(other.outboundMessages()).isEmpty();
        other.finishAndReleaseAll();
    }
}
