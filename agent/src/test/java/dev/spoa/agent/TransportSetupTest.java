package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TransportSetupTest {
    private static final UnixDomainSocketAddress UNIX = UnixDomainSocketAddress.of("/run/agent.sock");
    private static final SocketAddress INET = new InetSocketAddress(InetAddress.getLoopbackAddress(), 3000);
    private static final Limits LIMITS = Limits.builder().unflushedBytes(100_000).keepAlive(Duration.ofSeconds(45))
            .userTimeout(Duration.ofMillis(1_234)).build();

    private final ServerBootstrap bootstrap = new ServerBootstrap();

    private Map<ChannelOption<?>, Object> optionsOf(TransportSetup setup, Limits limits) {
        setup.configure(bootstrap, INET, limits);
        return bootstrap.config().childOptions();
    }

    @Test
    void takesEpollUnlessItIsNotThere() {
        assertThat(TransportSetup.of(Transport.AUTO))
                .isEqualTo(Epoll.isAvailable() ? TransportSetup.EPOLL : TransportSetup.NIO);
        assertThat(TransportSetup.of(Transport.NIO)).isEqualTo(TransportSetup.NIO);
    }

    @Test
    void givesUnixSocketsTheFormOfTheTransport() {
        SocketAddress nativeForm = new DomainSocketAddress("/run/agent.sock");
        assertThat(TransportSetup.EPOLL.unix(UNIX)).isEqualTo(nativeForm);
        assertThat(TransportSetup.IO_URING.unix(UNIX)).isEqualTo(nativeForm);
        assertThat(TransportSetup.NIO.unix(UNIX)).isSameAs(UNIX);
        assertThat(TransportSetup.EPOLL.configure(bootstrap, UNIX, LIMITS)).isEqualTo(nativeForm);
    }

    @ParameterizedTest
    @EnumSource
    void setsNoTcpOptionOnUnixSockets(TransportSetup setup) {
        setup.configure(bootstrap, UNIX, LIMITS);

        assertThat(bootstrap.config().childOptions()).containsOnlyKeys(ChannelOption.WRITE_BUFFER_WATER_MARK);
    }

    @Test
    void showsUsersAddressesOfTheJdk() {
        assertThat(TransportSetup.toJava(new DomainSocketAddress("/run/agent.sock"))).isEqualTo(UNIX);
        assertThat(TransportSetup.toJava(UNIX)).isSameAs(UNIX);
        assertThat(TransportSetup.toJava(INET)).isSameAs(INET);
    }

    @ParameterizedTest
    @EnumSource
    void setsWhatEveryTransportHas(TransportSetup setup) {
        assertThat(setup.configure(bootstrap, INET, LIMITS)).isSameAs(INET);

        assertThat(bootstrap.config().options()).containsEntry(ChannelOption.SO_BACKLOG, 4_096)
                .containsEntry(ChannelOption.SO_REUSEADDR, true);
        Map<ChannelOption<?>, Object> options = bootstrap.config().childOptions();
        assertThat(options).containsEntry(ChannelOption.TCP_NODELAY, true).containsEntry(ChannelOption.SO_KEEPALIVE,
                true);
        WriteBufferWaterMark mark = (WriteBufferWaterMark) options.get(ChannelOption.WRITE_BUFFER_WATER_MARK);
        assertThat(mark.high()).isEqualTo(100_000);
        assertThat(mark.low()).isEqualTo(50_000);
    }

    @Test
    void setsKeepAliveAndUserTimeoutWithEpoll() {
        assertThat(optionsOf(TransportSetup.EPOLL, LIMITS)).containsEntry(EpollChannelOption.TCP_KEEPIDLE, 45)
                .containsEntry(EpollChannelOption.TCP_KEEPINTVL, 4).containsEntry(EpollChannelOption.TCP_KEEPCNT, 3)
                .containsEntry(EpollChannelOption.TCP_USER_TIMEOUT, 1_234);
    }

    @Test
    void setsKeepAliveAndUserTimeoutWithIoUring() {
        assertThat(optionsOf(TransportSetup.IO_URING, LIMITS)).containsEntry(IoUringChannelOption.TCP_KEEPIDLE, 45)
                .containsEntry(IoUringChannelOption.TCP_KEEPINTVL, 4)
                .containsEntry(IoUringChannelOption.TCP_KEEPCNT, 3)
                .containsEntry(IoUringChannelOption.TCP_USER_TIMEOUT, 1_234);
    }

    @Test
    void setsKeepAliveWithNio() {
        Map<String, Object> options = new HashMap<>();
        optionsOf(TransportSetup.NIO, LIMITS).forEach((option, value) -> options.put(option.name(), value));

        // without equals() in NioChannelOption, only the names can be compared
        assertThat(options).containsEntry("TCP_KEEPIDLE", 45).containsEntry("TCP_KEEPINTERVAL", 4)
                .containsEntry("TCP_KEEPCOUNT", 3);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "9, 1", "19, 1", "20, 2", "7200, 720"})
    void asksATenthOfTheIdleTimeApartAndAtLeastASecond(int idle, int interval) {
        Limits limits = Limits.builder().keepAlive(Duration.ofSeconds(idle)).build();

        assertThat(optionsOf(TransportSetup.EPOLL, limits)).containsEntry(EpollChannelOption.TCP_KEEPIDLE, idle)
                .containsEntry(EpollChannelOption.TCP_KEEPINTVL, interval);
    }
}
