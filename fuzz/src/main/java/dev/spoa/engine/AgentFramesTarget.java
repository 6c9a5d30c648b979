package dev.spoa.engine;

import dev.spoa.fuzz.BoundedAllocator;
import dev.spoa.fuzz.LogWatch;
import dev.spoa.fuzz.ReferenceFrame;
import dev.spoa.fuzz.Script;
import dev.spoa.fuzz.SentBytes;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an engine reads of an agent, for both of its profiles, and what a health check does. The engine insists on its event
 * loop, so each input runs there.
 */
public final class AgentFramesTarget {
    private static final int MAX_STEPS = 100;
    private static final int ALLOCATION_LIMIT = 1 << 20;
    private static final long[] SIZES = {16_380, 256, 255, 300, -1, 16_381, 4_096, 1};
    private static final Capability[] CAPABILITIES = Capability.values();
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    /** What an error that was not foreseen would have in its text. */
    private static final Pattern CLASS_NAME = Pattern.compile("\\w(?:Exception|Error)\\b");
    private static final EngineGroup GROUP = new EngineGroup(1, false);
    private static final BoundedAllocator ALLOCATOR = new BoundedAllocator();
    private static final LogWatch LOG = LogWatch.install(text -> false);

    private final Script script;
    private final EmbeddedChannel channel;
    private final SentBytes sent = new SentBytes();
    private final ByteBuf frames = Unpooled.buffer();
    private final List<CompletableFuture<Ack>> acks = new ArrayList<>();
    private int piece = Integer.MAX_VALUE;

    private AgentFramesTarget(Script script, ChannelHandler handler) {
        this.script = script;
        ALLOCATOR.begin(ALLOCATION_LIMIT);
        channel = EmbeddedChannel.builder().channelId(DefaultChannelId.newInstance()).register(false).handlers(handler)
                .build();
        channel.config().setAllocator(ALLOCATOR);
        try {
            channel.register();
        } catch (Exception e) {
            throw new IllegalStateException("an embedded channel that cannot be registered", e);
        }
        channel.freezeTime();
    }

    /**
     * Takes an input.
     *
     * @param input which engine, then what happens on its connection
     */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            GROUP.next().submit(() -> run(input)).get();
        } catch (ExecutionException e) {
            // thrown again here, where the fuzzer sees it
            Throwable cause = e.getCause();
            throw cause instanceof Error error ? error : new AssertionError(cause);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(byte[] input) {
        Script script = new Script(input);
        int kind = script.next();
        EngineBuilder settings = new EngineBuilder().profile((kind & 1) == 0 ? EngineProfile.MUX : EngineProfile.LEGACY)
                .group(GROUP).maxInFlight(3).maxQueued(4).engineId("fuzz");
        if ((kind & 2) != 0) {
            checkHealth(script, settings);
        } else {
            converse(script, settings);
        }
        ALLOCATOR.end();
        LOG.check();
    }

    private static void checkHealth(Script script, EngineBuilder settings) {
        HealthChecker checker = new HealthChecker(settings, GROUP);
        AgentFramesTarget target = new AgentFramesTarget(script, checker);
        target.play(null);
        target.close();
        CompletableFuture<?> verdict = checker.verdict();
        Violation.check(verdict.isDone(), () -> "a health check without a result");
        if (verdict.isCompletedExceptionally()) {
            checkFailure(verdict, IllegalStateException.class);
        }
    }

    private static void converse(Script script, EngineBuilder settings) {
        EngineConnection connection = new EngineConnection(settings, GROUP, ADDRESS);
        AgentFramesTarget target = new AgentFramesTarget(script, connection);
        target.play(connection);
        target.close();
        Violation.check(connection.opened().isDone() && connection.closed().isDone(),
                () -> "an end that nobody is told");
        checkFailure(connection.opened(), EngineException.class);
        checkFailure(connection.closed(), EngineException.class);
        for (CompletableFuture<Ack> ack : target.acks) {
            Violation.check(ack.isDone(), () -> "a NOTIFY that has neither an ACK nor an error");
            checkFailure(ack, EngineException.class);
        }
        target.checkSent();
    }

    private static void checkFailure(CompletableFuture<?> future, Class<? extends Throwable> expected) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        var unused = future.whenComplete((value, thrown) -> failure.set(thrown));
        Throwable thrown = failure.get();
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause != null && !expected.isInstance(cause)) {
            throw new AssertionError("not an " + expected.getSimpleName(), cause);
        }
        if (cause != null && cause.getMessage() != null) {
            String message = cause.getMessage();
            Violation.check(!CLASS_NAME.matcher(message).find(),
                    () -> "the end is told as " + message);
        }
    }

    private void play(@Nullable EngineConnection connection) {
        for (int i = 0; i < MAX_STEPS && script.hasNext(); i++) {
            switch (script.next() % 11) {
                case 0 -> hello();
                case 1 -> ack(1 + (long) (script.next() & 7), 1);
                case 2 -> ack(script.next(), script.next());
                case 3 -> disconnect();
                case 4 -> {
                    byte[] bytes = script.take(script.next());
                    frames.writeInt(bytes.length).writeBytes(bytes);
                }
                case 5 -> frames.writeBytes(script.take(script.next()));
                case 6 -> piece = 1 + script.next();
                case 7, 8 -> {
                    send();
                    submit(connection, script.next());
                }
                case 9 -> {
                    send();
                    channel.pipeline().fireChannelReadComplete();
                    turn();
                }
                default -> {
                    send();
                    if (connection != null) {
                        var unused = script.next() % 2 == 0 ? connection.disconnect() : connection.close();
                    }
                }
            }
        }
        send();
        channel.pipeline().fireChannelReadComplete();
        turn();
    }

    private void submit(@Nullable EngineConnection connection, int kind) {
        if (connection != null) {
            Value value = (kind & 1) == 0 ? Value.TRUE : Value.of(new byte[kind << 7]);
            acks.add(connection.submit(new EngineStream(connection, kind & 7),
                    List.of(new Message("m", List.of(new Argument("x", value))))).future);
            turn();
        }
    }

    private void turn() {
        channel.runPendingTasks();
        sent.takeFrom(channel);
    }

    private void send() {
        byte[] bytes = ByteBufUtil.getBytes(frames);
        frames.clear();
        int size = bytes.length / piece < 100 ? piece : bytes.length;
        for (int at = 0; at < bytes.length && channel.isOpen(); at += Math.min(size, bytes.length - at)) {
            int part = Math.min(size, bytes.length - at);
            channel.pipeline().fireChannelRead(ALLOCATOR.buffer(part).writeBytes(bytes, at, part));
        }
        turn();
    }

    private void hello() {
        int kind = script.next();
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (int i = 0; i < CAPABILITIES.length; i++) {
            if ((kind >> 3 & 1 << i) != 0) {
                capabilities.add(CAPABILITIES[i]);
            }
        }
        int start = FrameHeader.begin(frames, FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0);
        new AgentHello((kind & 0x80) == 0 ? "2.0" : "2.x", SIZES[kind & 7], capabilities).write(frames);
        FrameHeader.end(frames, start);
    }

    private void ack(long streamId, long frameId) {
        byte[] actions = script.take(script.next() & 63);
        int start = FrameHeader.begin(frames, FrameType.ACK, FrameHeader.FIN, streamId, frameId);
        frames.writeBytes(actions);
        FrameHeader.end(frames, start);
    }

    private void disconnect() {
        int start = FrameHeader.begin(frames, FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0);
        new Disconnect(script.next(), "as the agent says").write(frames);
        FrameHeader.end(frames, start);
    }

    private void close() {
        var unused = channel.close();
        turn();
        channel.finishAndReleaseAll();
    }

    private void checkSent() {
        for (ReferenceFrame frame : ReferenceFrame.wholly(sent.toByteArray())) {
            Violation.check(frame.size() <= 16_380, () -> "a frame of " + frame.size() + " bytes");
        }
    }
}
