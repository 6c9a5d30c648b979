package dev.spoa.engine;

import dev.spoa.protocol.AgentAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Opens connections. */
final class Channels {
    private Channels() {}

    /** Opens one with a handler, and fails the future if it cannot be had. */
    static void connect(EngineBuilder settings, EngineGroup group, SocketAddress address, ChannelHandler handler,
            CompletableFuture<?> opened) {
        Bootstrap bootstrap = new Bootstrap().group(group.next()).channel(group.channel(address)).handler(handler)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout.toMillis());
        if (!(address instanceof UnixDomainSocketAddress)) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        bootstrap.connect(group.remote(address)).addListener((ChannelFuture connected) -> {
            Throwable why = connected.cause();
            if (why != null) {
                opened.completeExceptionally(unreachable(settings, address, why));
            }
        });
    }

    private static EngineException unreachable(EngineBuilder settings, SocketAddress address, Throwable why) {
        return EngineException.unreachable(settings.profile,
                "cannot connect to " + AgentAddress.format(address) + ": " + reason(why), why);
    }

    /** What the system said, without the function that was called and the address, which Netty puts around it. */
    private static String reason(Throwable why) {
        String message = why.getMessage();
        return message == null ? why.toString()
                : message.replaceFirst("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "").replaceFirst(": /.*$",
                        "");
    }
}
