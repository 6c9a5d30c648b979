package dev.spoa.agent;

import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.conformance.AgentLogCapture;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The timers of a connection, on a clock that the test moves, with a peer that takes as many bytes as it is told to. */
class SlowPeerTest {
    private static final int SIZE = 10_000;
    /** An ACK with a variable of {@link #SIZE} bytes. */
    private static final int ACK = 4 + 7 + 3 + 2 + 1 + 3 + SIZE;
    private static final int ENOUGH = 1 << 30;

    @AutoClose private final AgentLogCapture log = new AgentLogCapture();
    private final AgentContext context = new AgentContext(Agent.builder()
            .limits(Limits.builder().writeTimeout(Duration.ofMillis(100)).handshakeTimeout(Duration.ofMillis(50))
                    .build())
            .onInline("big", (message, reply) -> reply.set(Scope.TRANSACTION, "v", new byte[SIZE])));
    private final SlowChannel channel = new SlowChannel();

    @BeforeEach
    void connect() {
        channel.freezeTime();
        channel.pipeline().addLast(new Connection(context, new Dispatcher(context, channel.eventLoop())));
        channel.pipeline().fireChannelActive();
    }

    private static final class SlowChannel extends EmbeddedChannel {
        private int allowance;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
            while (allowance > 0 && in.current() != null) {
                int bytes = Math.min(allowance, ((ByteBuf) in.current()).readableBytes());
                allowance -= bytes;
                in.removeBytes(bytes);
            }
        }

        /** Takes so many more bytes. */
        private void take(int bytes) {
            allowance += bytes;
            flush();
        }
    }

    private void ready() {
        channel.take(ENOUGH);
        receive(PeerBytes.muxHello());
        channel.allowance = 0;
    }

    private void receive(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    private void big() {
        receive(PeerBytes.notify(1, 1, message("big")));
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @AfterEach
    void everythingIsReleased() {
        channel.allowance = 0;
        channel.finishAndReleaseAll();
        assertThat(context.statistics().connections()).isZero();
    }

    @Test
    void isClosedWhenItTakesNothingForTheWriteTimeout() {
        ready();
        big();
        pass(99);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(log.warnings()).singleElement().asString()
                .contains("it has taken none of", "within PT0.1S");
    }

    @Test
    void isNotClosedAsLongAsItTakesAByteNowAndThen() {
        ready();
        big();
        for (int i = 0; i < 50; i++) {
            pass(60);
            channel.take(1);
        }
        assertThat(channel.isOpen()).isTrue();
        pass(100);
        pass(100);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void isNotClosedWhenWhatWaitsIsAlwaysNew() {
        ready();
        big();
        for (int i = 0; i < 50; i++) {
            big();
            pass(60);
            channel.take(ACK);
        }
        assertThat(channel.isOpen()).isTrue();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void isNotClosedWhenItHasTakenEverythingInTime() {
        ready();
        big();
        pass(99);
        channel.take(ACK);
        pass(10_000);
        assertThat(channel.isOpen()).isTrue();
        big();
        pass(99);
        assertThat(channel.isOpen()).isTrue();
        pass(100);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void isNotReadFromWhileTooMuchWaits() {
        ready();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(2 * ACK, 5 * ACK));
        for (int i = 0; i < 4; i++) {
            big();
        }
        assertThat(channel.config().isAutoRead()).isTrue();
        big();
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.take(2 * ACK);
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.take(2 * ACK);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    private static byte[] twentyBigAndADisconnect() {
        byte[][] frames = new byte[21][];
        Arrays.fill(frames, PeerBytes.notify(1, 1, message("big")));
        frames[20] = PeerBytes.disconnect(StatusCode.NORMAL);
        return PeerBytes.join(frames);
    }

    @Test
    void whatCameWithOneReadWaitsWhileTooMuchWaitsForIt() {
        ready();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(2 * ACK, 5 * ACK));
        receive(twentyBigAndADisconnect());
        assertThat(context.statistics().acks()).isBetween(5L, 10L);
        channel.take(ENOUGH);
        channel.runPendingTasks();
        assertThat(context.statistics().acks()).isEqualTo(20);
        pass(1_000);
        assertThat(channel.isOpen()).isFalse();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void whatCameWithOneReadIsDroppedWhenItIsClosed() {
        ready();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(2 * ACK, 5 * ACK));
        receive(twentyBigAndADisconnect());
        pass(100);
        assertThat(channel.isOpen()).isFalse();
        assertThat(context.statistics().acks()).isLessThanOrEqualTo(10);
    }

    @Test
    void isClosedWhenItDoesNotTakeTheDisconnect() {
        ready();
        receive(PeerBytes.disconnect(StatusCode.NORMAL));
        pass(99);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void isClosedASecondAfterItHasTakenTheDisconnect() {
        ready();
        big();
        receive(PeerBytes.disconnect(StatusCode.NORMAL));
        pass(90);
        channel.take(ENOUGH);
        pass(999);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void c44_isNotClosedHoweverLongItSaysNothing() {
        ready();
        receive(PeerBytes.notify(1, 1, message("who-knows", arg("a", Value.NULL))));
        channel.take(ENOUGH);
        pass(Duration.ofDays(1).toMillis());
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void a25_isClosedWithoutAHelloInTimeWhateverItSends() {
        byte[] hello = PeerBytes.muxHello();
        for (int i = 0; i < 49; i++) {
            receive(new byte[] {hello[i]});
            pass(1);
        }
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(log.warnings()).singleElement().asString().contains("its HELLO was not complete within PT0.05S");
    }

    @Test
    void isClosedWhenItDoesNotCloseAfterAHealthCheck() {
        channel.take(ENOUGH);
        receive(PeerBytes.healthCheck());
        pass(49);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(log.warnings()).isEmpty();
    }
}
