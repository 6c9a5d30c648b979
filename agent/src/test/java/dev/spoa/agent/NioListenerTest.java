package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listening channel outlives whatever comes of accepting a connection. */
class NioListenerTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void staysOpen() throws InterruptedException {
        NioListener listener = (NioListener) new ServerBootstrap().group(group).channelFactory(NioListener::new)
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(InetAddress.getLoopbackAddress(), 0).sync().channel();

        assertThat(listener.closeOnReadError(new OutOfMemoryError("in this test"))).isFalse();
        assertThat(listener.closeOnReadError(new IOException("Too many open files"))).isFalse();
        listener.close().sync();
        assertThat(listener.closeOnReadError(new OutOfMemoryError("in this test"))).isTrue();
    }

    @Test
    void isWhatTheTransportListensWith() {
        assertThat(TransportSetup.NIO.listening(true)).isInstanceOf(NioListener.class);
    }
}
