package dev.spoa.engine;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameReader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import dev.spoa.protocol.wire.Version;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One health check, the way both engines judge it (section 5.1). */
final class HealthChecker extends ChannelInboundHandlerAdapter implements Channels.Opening, FrameReader.Sink {
    /** What HAProxy offers in a check from 3.1 on, whatever its buffer. */
    private static final int FIXED_FRAME_SIZE = 16_380;
    private static final String UP = "SPOA server is ok";

    private final EngineBuilder settings;
    private final EngineGroup group;
    private final EventLoop loop;
    private final CompletableFuture<String> verdict = new CompletableFuture<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable FrameReader reader;
    private @Nullable String answer;
    private long received;
    private long consumed;

    HealthChecker(EngineBuilder settings, EngineGroup group) {
        this.settings = settings;
        this.group = group;
        this.loop = group.next();
    }

    /** Completes with what HAProxy would show, exceptionally where the agent is DOWN. */
    CompletableFuture<String> verdict() {
        return verdict;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void failed(EngineException why) {
        verdict.completeExceptionally(why);
    }

    @Override
    public CompletableFuture<?> leave() {
        try {
            loop.execute(() -> {
                verdict.completeExceptionally(new IllegalStateException("the group of engines was closed"));
                if (context != null) {
                    ChannelFuture unused = context.close();
                }
            });
        } catch (RejectedExecutionException e) {
            verdict.completeExceptionally(new IllegalStateException("the group of engines is closed", e));
        }
        return verdict;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    static CompletableFuture<HealthCheck> check(EngineBuilder settings, SocketAddress address) {
        EngineGroup given = settings.group;
        EngineGroup group = given == null ? new EngineGroup(1) : given;
        HealthChecker checker = new HealthChecker(settings, group);
        long start = System.nanoTime();
        Channels.connect(settings, group, address, checker);
        CompletableFuture<HealthCheck> result = checker.verdict.handle((up, failure) -> new HealthCheck(failure == null,
                failure == null ? up : String.valueOf(failure.getMessage()),
                Duration.ofNanos(System.nanoTime() - start)));
        if (given == null) {
            var unused = result.whenComplete((health, failure) -> group.close());
        }
        return result;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (verdict.isDone()) {
            ChannelFuture unused = ctx.close();
            return;
        }
        // HAProxy bounds the answer by its buffer
        reader = new FrameReader(ctx.alloc(), settings.maxFrameSize, this);
        int size = settings.profile == EngineProfile.MUX ? FIXED_FRAME_SIZE : settings.maxFrameSize;
        new Outgoing(ctx).hello(new HaproxyHello(Version.SUPPORTED, size, Set.of(), null, true));
        var timeout = ctx.executor()
                .schedule(() -> down(ctx, "no AGENT-HELLO within " + settings.helloTimeout.toMillis() + " ms"
                        + (received == 0 ? "" : ", but " + received + " bytes that are no whole frame")),
                        settings.helloTimeout.toNanos(), TimeUnit.NANOSECONDS);
        var unused = verdict.whenComplete((up, failure) -> timeout.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        received += in.readableBytes();
        try {
            if (reader != null && !verdict.isDone()) {
                reader.read(in);
            }
        } catch (ProtocolException e) {
            down(ctx, e.getMessage() + " (status " + e.status().code() + ")");
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (answer == null) {
            return;
        }
        if (settings.profile == EngineProfile.MUX && received > consumed) {
            // HAProxy 3.1 and later take what follows the frame for more keys (5.1)
            down(ctx, "expected nothing behind AGENT-HELLO, but " + (received - consumed) + " bytes more came");
            return;
        }
        verdict.complete(answer);
        ChannelFuture unused = ctx.close();
    }

    @Override
    public boolean frame(ByteBuf frame) {
        consumed += FrameHeader.LENGTH_SIZE + frame.readableBytes();
        FrameHeader header = FrameHeader.read(frame);
        if (header.type() == FrameType.AGENT_DISCONNECT.code()) {
            Disconnect reason = Disconnect.read(frame);
            throw refused("the agent refuses: " + Long.toUnsignedString(reason.statusCode()) + " ("
                    + reason.message() + ")", frame);
        }
        if (header.type() != FrameType.AGENT_HELLO.code()) {
            throw refused("expected AGENT-HELLO (101), but a frame of type " + header.type() + " came", frame);
        }
        boolean isMux = settings.profile == EngineProfile.MUX;
        if (isMux ? header.flags() != FrameHeader.FIN : !header.isFin()) {
            throw refused("expected AGENT-HELLO with the flag FIN" + (isMux ? " and no other" : "")
                    + ", but its flags are " + header.flags(), frame);
        }
        if (header.streamId() != 0 || header.frameId() != 0) {
            throw refused("expected AGENT-HELLO with stream-id 0 and frame-id 0", frame);
        }
        if (isMux) {
            AgentHello hello = AgentHello.read(frame.duplicate());
            if (hello.maxFrameSize() < FrameHeader.MIN_MAX_FRAME_SIZE || hello.maxFrameSize() > settings.maxFrameSize) {
                throw refused("expected max-frame-size to be " + FrameHeader.MIN_MAX_FRAME_SIZE + " to "
                        + settings.maxFrameSize + ", but it is " + Long.toUnsignedString(hello.maxFrameSize()), frame);
            }
        } else {
            HelloRules.read(settings.profile, settings.maxFrameSize, frame.duplicate());
        }
        answer = UP;
        return false;
    }

    private static ProtocolException refused(String why, ByteBuf frame) {
        return new ProtocolException(StatusCode.INVALID_FRAME, frame.readerIndex(), why);
    }

    private void down(ChannelHandlerContext ctx, String why) {
        verdict.completeExceptionally(new IllegalStateException(why));
        ChannelFuture unused = ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        down(ctx, failure instanceof IOException ? Channels.reason(failure) : failure.toString());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        down(ctx, received == 0 ? "the agent has closed the connection without a word"
                : "the agent has closed the connection after " + received + " bytes that are no whole frame");
        if (reader != null) {
            reader.close();
        }
        group.remove(this);
    }
}
