package dev.spoa.agent;

import static dev.spoa.engine.raw.PeerBytes.arg;
import static dev.spoa.engine.raw.PeerBytes.message;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.agent.conformance.AgentLogCapture;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The timers of a connection, on a clock that the test moves, with a peer that takes as many bytes as it is told to;
 * plain and by TLS, where what the connection writes and what waits for the peer are different buffers.
 */
@ParameterizedClass(name = "TLS {0}")
@ValueSource(booleans = {false, true})
class SlowPeerTest {
    private static final int SIZE = 10_000;
    /** An ACK with a variable of {@link #SIZE} bytes. */
    private static final int ACK = 4 + 7 + 3 + 2 + 1 + 3 + SIZE;
    private static final int ENOUGH = 1 << 30;

    @Parameter private boolean secure;

    @TempDir Path folder;

    @AutoClose private final AgentLogCapture log = new AgentLogCapture();
    private final AgentContext context = new AgentContext(Agent.builder()
            .limits(Limits.builder().writeTimeout(Duration.ofMillis(100)).handshakeTimeout(Duration.ofMillis(50))
                    .build())
            .onInline("big", (message, reply) -> reply.set(Scope.TRANSACTION, "v", new byte[SIZE])));
    private final SlowChannel channel = new SlowChannel();
    /** The peer's side of TLS; without it, it is passed through. */
    private final EmbeddedChannel peer = new EmbeddedChannel();

    @BeforeEach
    void connect() throws Exception {
        channel.freezeTime();
        TlsContext tls = secure ? agentTls() : null;
        channel.pipeline().addLast(new ListenerPipeline(context, Entrance.OPEN, tls,
                accepted -> new Dispatcher(context, channel.eventLoop())));
        channel.pipeline().fireChannelActive();
        if (secure) {
            shakeHands();
        }
    }

    private TlsContext agentTls() throws Exception {
        Path chain = folder.resolve("chain.pem");
        Path key = folder.resolve("key.pem");
        X509Bundle authority = Certificates.authority("authority");
        Certificates.write(Certificates.issued("agent", authority), chain, key);
        SSLEngine engine = Certificates.client(authority, null).createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        peer.pipeline().addLast(new SslHandler(engine));
        return new TlsContext(Tls.of(chain, key), context.log);
    }

    private void shakeHands() {
        channel.allowance = ENOUGH;
        Future<Channel> handshake = peer.pipeline().get(SslHandler.class).handshakeFuture();
        for (int flight = 0; flight < 4 || !handshake.isDone(); flight++) {
            send();
            channel.runPendingTasks(); // what other threads have done for the handshake
            peer.writeInbound(channel.taken.readBytes(channel.taken.readableBytes()));
        }
        assertThat(handshake.isSuccess()).isTrue();
        channel.allowance = 0;
    }

    /** What the peer has to send reaches the agent with one read. */
    private void send() {
        ByteBuf bytes = Unpooled.buffer();
        for (ByteBuf part = peer.readOutbound(); part != null; part = peer.readOutbound()) {
            bytes.writeBytes(part);
            part.release();
        }
        if (bytes.isReadable()) {
            channel.writeInbound(bytes);
        }
    }

    private static final class SlowChannel extends EmbeddedChannel {
        private final ByteBuf taken = Unpooled.buffer();
        private int allowance;
        private int buffers;
        private int reads;

        @Override
        protected void doBeginRead() {
            reads++;
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
            while ((allowance > 0 || buffers > 0) && in.current() != null) {
                ByteBuf current = (ByteBuf) in.current();
                int bytes = current.readableBytes();
                if (buffers > 0) {
                    buffers--;
                } else {
                    bytes = Math.min(allowance, bytes);
                    allowance -= bytes;
                }
                taken.writeBytes(current, current.readerIndex(), bytes);
                in.removeBytes(bytes);
            }
        }

        /** Takes so many more bytes. */
        private void take(int bytes) {
            allowance += bytes;
            flush();
        }
    }

    /** Takes so many more of what waits: an ACK each, or a record that holds one. */
    private void takeBuffers(int number) {
        channel.buffers = number;
        channel.flush();
        channel.buffers = 0;
    }

    private void ready() {
        channel.take(ENOUGH);
        receive(PeerBytes.muxHello());
        channel.allowance = 0;
    }

    private void receive(byte[] bytes) {
        peer.writeOutbound(Unpooled.wrappedBuffer(bytes));
        send();
    }

    /** By TLS one that takes nothing is not owed more than a second to take the end of it. */
    private void assertClosedUnread() {
        if (secure) {
            pass(999);
            assertThat(channel.isOpen()).isTrue();
            pass(1);
        }
        assertThat(channel.isOpen()).isFalse();
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
        channel.allowance = ENOUGH;
        channel.finishAndReleaseAll();
        peer.finishAndReleaseAll();
        assertThat(context.statistics().connections()).isZero();
    }

    @Test
    void isClosedWhenItTakesNothingForTheWriteTimeout() {
        ready();
        big();
        pass(99);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertClosedUnread();
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
        assertClosedUnread();
    }

    @Test
    void isNotClosedWhenWhatWaitsIsAlwaysNew() {
        ready();
        big();
        for (int i = 0; i < 50; i++) {
            big();
            pass(60);
            takeBuffers(1);
        }
        assertThat(channel.isOpen()).isTrue();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void isNotClosedWhenItHasTakenEverythingInTime() {
        ready();
        big();
        pass(99);
        takeBuffers(1);
        pass(10_000);
        assertThat(channel.isOpen()).isTrue();
        big();
        pass(99);
        assertThat(channel.isOpen()).isTrue();
        pass(100);
        assertClosedUnread();
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
        takeBuffers(2);
        assertThat(channel.config().isAutoRead()).isFalse();
        takeBuffers(2);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    /** By TLS the connection stays open for the moment in which the end of TLS may be taken. */
    @Test
    void whatComesAfterItIsClosedReachesNoHandler() {
        assumeTrue(secure);
        ready();
        big();
        pass(100);
        assertThat(channel.isOpen()).isTrue();
        big();
        assertThat(context.statistics().notifications()).isEqualTo(1);
        assertThat(log.warnings()).hasSize(1);
    }

    @Test
    void aHelloThatComesAfterItIsClosedIsNotRead() {
        assumeTrue(secure);
        pass(50);
        assertThat(channel.isOpen()).isTrue();
        receive(PeerBytes.healthCheck());
        assertThat(context.statistics().healthChecks()).isZero();
        assertThat(log.warnings()).hasSize(1);
    }

    /** It asks for an update of ours each time, and no application data comes, which TLS would have to stop for. */
    @Test
    void isNotReadFromWhileItTakesNoUpdatesOfKeys() throws Exception {
        assumeTrue(secure);
        ready();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
        for (int i = 0; i < 100 && channel.isWritable(); i++) {
            updateKeys();
        }
        assertThat(channel.isWritable()).isFalse();
        assertThat(channel.config().isAutoRead()).isFalse();
        int reads = channel.reads;
        updateKeys();
        assertThat(channel.reads).isEqualTo(reads);

        channel.take(ENOUGH);
        channel.runPendingTasks();
        assertThat(channel.reads).isGreaterThan(reads);
        assertThat(channel.config().isAutoRead()).isTrue();
        updateKeys();
        big();
        assertThat(context.statistics().acks()).isEqualTo(1);
    }

    private void updateKeys() throws SSLException {
        peer.pipeline().get(SslHandler.class).engine().beginHandshake();
        peer.flush();
        send();
    }

    /** As TLS does in the middle of a handshake. */
    @Test
    void isClosedWhenWhatItIsToGetWaitsInAHandler() {
        ready();
        PendingWrites waiting = new PendingWrites();
        channel.pipeline().addBefore(channel.pipeline().context(Connection.class).name(), null, waiting);
        big();
        pass(99);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertClosedUnread();
        assertThat(log.warnings()).singleElement().asString().contains("it has taken none of");
    }

    private static final class PendingWrites extends ChannelOutboundHandlerAdapter {
        private @Nullable PendingWriteQueue queue;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            queue = new PendingWriteQueue(context);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            requireNonNull(queue).add(message, context.newPromise());
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            requireNonNull(queue).removeAndFailAll(new ClosedChannelException());
            ChannelFuture unused = context.close(promise);
        }
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
        assertClosedUnread();
        assertThat(context.statistics().acks()).isLessThanOrEqualTo(10);
    }

    @Test
    void isClosedWhenItDoesNotTakeTheDisconnect() throws ClassNotFoundException {
        // where Netty tells of a connection that is closed twice
        try (Logged netty = new Logged(Class.forName("io.netty.channel.AbstractChannelHandlerContext"))) {
            ready();
            receive(PeerBytes.disconnect(StatusCode.NORMAL));
            pass(99);
            assertThat(channel.isOpen()).isTrue();
            pass(1);
            assertClosedUnread();
            assertThat(netty.warnings()).isEmpty();
        }
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
        assertClosedUnread();
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
