package dev.spoa.engine;

import dev.spoa.protocol.AgentAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.FileNotFoundException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;

/** Opens connections. */
final class Channels {
    private Channels() {}

    /** What becomes of the attempt to open a connection. */
    interface Opening extends ChannelHandler, EngineGroup.Member {
        /** The event loop that it belongs to. */
        EventLoop loop();

        /** There is no connection. For any thread. */
        void failed(EngineException why);
    }

    /** Opens a connection, unless the group is closed meanwhile. */
    static void connect(EngineBuilder settings, EngineGroup group, SocketAddress address, Opening opening) {
        group.add(opening);
        if (group.isClosed()) {
            group.remove(opening);
            opening.failed(EngineException.of(settings.profile, EngineException.Kind.CLOSED,
                    "the group of engines is closed"));
            return;
        }
        Bootstrap bootstrap = new Bootstrap().group(opening.loop()).channel(group.channel(address)).handler(opening)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) Math.max(1, settings.connectTimeout.toMillis()));
        if (address instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture connecting = bootstrap.connect(group.remote(address));
        GenericFutureListener<ChannelFuture> listener = connected -> {
            if (connected.cause() != null) {
                group.remove(opening);
                opening.failed(unreachable(settings, address, connected.cause()));
            }
        };
        connecting.addListener(listener);
        if (connecting.isDone() && connecting.cause() != null) {
            // an event loop that has ended calls no listener
            group.remove(opening);
            opening.failed(unreachable(settings, address, connecting.cause()));
        }
    }

    private static EngineException unreachable(EngineBuilder settings, SocketAddress address, Throwable why) {
        return EngineException.unreachable(settings.profile,
                "cannot connect to " + AgentAddress.format(address) + ": " + reason(why), why);
    }

    /** What the system said, without the function that was called and the address, which Netty puts around it. */
    static String reason(Throwable why) {
        if (why instanceof FileNotFoundException) {
            return "there is no such socket";
        }
        String message = why.getMessage();
        if (why instanceof UnsupportedAddressTypeException) {
            return "only Netty's epoll transport knows such an address";
        }
        return message == null ? why.toString()
                : message.replaceFirst("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "").replaceFirst(
                        ": \\S*/\\S+$",
                        "");
    }
}
