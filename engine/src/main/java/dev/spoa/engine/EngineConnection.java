package dev.spoa.engine;

import dev.spoa.engine.EngineException.Kind;
import dev.spoa.protocol.AgentAddress;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameReader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import dev.spoa.protocol.wire.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one connection, on its event loop: HELLO, then NOTIFYs and ACKs, then DISCONNECT. {@link Flight}
 * has the NOTIFYs. All frames of one turn of the event loop leave in one write.
 */
final class EngineConnection extends ChannelInboundHandlerAdapter implements Channels.Opening, FrameReader.Sink {
    /** How much of a frame an error message shows. */
    private static final int SHOWN_BYTES = 256;

    /** A piece of AGENT-HELLO that is smaller does no harm with HAProxy (7.1). */
    private static final int SPLIT_MATTERS = 11;

    private enum State {
        /** HELLO is sent, AGENT-HELLO is awaited. */
        HELLO,
        /** NOTIFYs and ACKs. */
        RUNNING,
        /** HAPROXY-DISCONNECT is sent, the agent's or the end of the connection is awaited. */
        CLOSING,
        /** Nothing counts any more. */
        CLOSED
    }

    private final EngineBuilder settings;
    private final EngineGroup group;
    private final EventLoop loop;
    private final String address;
    private final CompletableFuture<AgentOffer> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Flight flight;
    private volatile State state = State.HELLO;
    private @Nullable ChannelHandlerContext context;
    private @Nullable FrameReader reader;
    private @Nullable Outgoing out;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable ScheduledFuture<?> idleTimer;
    private volatile @Nullable EngineException cause;
    private boolean isHelloHeaderGood;
    /** Whether this side has sent the first DISCONNECT, and not because of what the agent did. */
    private boolean isLeaving;
    private boolean isReading;
    private long lastActivity;
    /** Bytes received, written by the event loop alone, and bytes of all frames that came whole. */
    private volatile long received;
    private long consumed;

    EngineConnection(EngineBuilder settings, EngineGroup group, SocketAddress address) {
        this.settings = settings;
        this.group = group;
        this.loop = group.next();
        this.address = AgentAddress.format(address);
        this.flight = new Flight(settings, this::depart);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void failed(EngineException why) {
        EngineException first = cause == null ? why : cause;
        opened.completeExceptionally(first);
        closed.completeExceptionally(first);
    }

    /** Completes with the agent's HELLO. */
    CompletableFuture<AgentOffer> opened() {
        return opened;
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    boolean isOpen() {
        return state == State.RUNNING;
    }

    long lateAcks() {
        return flight.lateAcks();
    }

    long bytesReceived() {
        return received;
    }

    long bytesSent() {
        return out().written();
    }

    // Called from any thread, once the agent's HELLO is there

    Pending submit(EngineStream stream, List<Message> messages) {
        Pending pending = new Pending(stream, List.copyOf(messages),
                System.nanoTime() + settings.processingTimeout.toNanos());
        onLoop(() -> accept(pending), () -> pending.future.completeExceptionally(whyEnded()));
        return pending;
    }

    CompletableFuture<Void> disconnect() {
        onLoop(() -> {
            if (state == State.RUNNING) {
                leave(StatusCode.NORMAL, closedHere());
            }
        }, () -> closed.complete(null));
        return closed;
    }

    CompletableFuture<Void> close() {
        if (settings.profile == EngineProfile.LEGACY) {
            return disconnect();
        }
        onLoop(() -> end(closedHere()), () -> closed.complete(null));
        return closed;
    }

    @Override
    public CompletableFuture<?> leave() {
        onLoop(() -> end(closedHere()), () -> closed.complete(null));
        return closed;
    }

    private EngineException whyEnded() {
        EngineException why = cause;
        return why == null ? closedHere() : why;
    }

    private EngineException closedHere() {
        return EngineException.of(settings.profile, Kind.CLOSED, "this engine was closed");
    }

    /** The second runs instead where the group is closed, and with it every connection. */
    private void onLoop(Runnable task, Runnable ifGone) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException e) {
                ifGone.run();
            }
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        return context;
    }

    // Netty's events

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (state == State.CLOSED) {
            ChannelFuture unused = ctx.close();
            return;
        }
        reader = new FrameReader(ctx.alloc(), settings.maxFrameSize, this);
        Outgoing outgoing = new Outgoing(ctx);
        out = outgoing;
        outgoing.hello(new HaproxyHello(Version.SUPPORTED, settings.maxFrameSize,
                settings.profile.capabilities(settings.pipelining, settings.async), settings.engineId, false));
        schedule(settings.helloTimeout.toNanos(), () -> end(EngineException.of(settings.profile, Kind.HELLO_TIMEOUT,
                address + " has sent no AGENT-HELLO within " + settings.helloTimeout.toMillis() + " ms"
                        + (received == 0 ? "" : ", but " + received + " bytes that are no whole frame"))));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        long before = received;
        received = before + in.readableBytes();
        lastActivity = System.nanoTime();
        isReading = true;
        try {
            if (reader != null && state != State.CLOSED) {
                reader.read(in);
            }
        } catch (ProtocolException e) {
            // a LENGTH; everything else was caught where the frame is known
            violated(e.status(), consumed, e.getMessage() + ", in the frame");
        } finally {
            isReading = false;
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state == State.HELLO && settings.profile == EngineProfile.MUX && received >= SPLIT_MATTERS) {
            end(EngineException.hello(StatusCode.INVALID_FRAME, received, "expected the whole AGENT-HELLO at once, but "
                    + address + " has sent it in pieces, the first of " + received + " bytes: several releases of"
                    + " HAProxy from 3.1 on then drop the connection (docs/protocol.md 7.1)"));
        }
        if (out != null) {
            out.flush();
        }
    }

    /** The agent reads again. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        depart();
        flushSoon();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        end(lost(failure instanceof IOException ? Channels.reason(failure) : failure.toString()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(lost(received == consumed ? "the agent has closed it"
                : "the agent has closed it in the middle of a frame, " + (received - consumed) + " bytes into it"));
        if (reader != null) {
            reader.close();
        }
        if (out != null) {
            out.release();
        }
        group.remove(this);
        EngineException why = whyEnded();
        if (isLeaving || why.kind() == Kind.CLOSED || why.code().orElse(-1) == 0) {
            closed.complete(null);
        } else {
            closed.completeExceptionally(why);
        }
    }

    private EngineException lost(String why) {
        return EngineException.of(settings.profile, Kind.CONNECTION_LOST,
                "the connection to " + address + " has ended: " + why);
    }

    // Frames

    @Override
    public boolean frame(ByteBuf frame) {
        int begin = frame.readerIndex();
        long start = consumed;
        consumed += FrameHeader.LENGTH_SIZE + frame.readableBytes();
        try {
            FrameHeader header = FrameHeader.read(frame);
            switch (state) {
                case HELLO -> hello(header, frame);
                case RUNNING -> running(header, frame, start, begin);
                case CLOSING -> closing(header, frame);
                case CLOSED -> {
                }
            }
        } catch (ProtocolException e) {
            frame.readerIndex(begin);
            violated(e.status(), offset(start, begin, e), e.getMessage() + ", in " + shown(frame));
        }
        return state != State.CLOSED;
    }

    /** How many bytes the agent had sent before the one that an exception is about. */
    private static long offset(long start, int begin, ProtocolException e) {
        return start + FrameHeader.LENGTH_SIZE + e.index() - begin;
    }

    private static String shown(ByteBuf frame) {
        int length = Math.min(frame.readableBytes(), SHOWN_BYTES);
        return "the frame " + ByteBufUtil.hexDump(frame, frame.readerIndex(), length)
                + (length < frame.readableBytes() ? "… of " + frame.readableBytes() + " bytes" : "")
                + " (LENGTH left out)";
    }

    private void hello(FrameHeader header, ByteBuf frame) {
        if (header.type() == FrameType.AGENT_DISCONNECT.code()) {
            Disconnect reason = Disconnect.read(frame);
            end(EngineException.disconnect(settings.profile, Kind.REFUSED,
                    address + " refuses: " + text(reason), reason.statusCode()));
            return;
        }
        require(header.type() == FrameType.AGENT_HELLO.code(), StatusCode.INVALID_FRAME, frame,
                "expected AGENT-HELLO (101), but a frame of type " + header.type() + " came");
        require(header.isFin(), StatusCode.FRAGMENTATION_NOT_SUPPORTED, frame,
                "expected AGENT-HELLO with the flag FIN, but its flags are " + header.flags());
        require(header.streamId() == 0 && header.frameId() == 0, StatusCode.INVALID_FRAME, frame,
                "expected AGENT-HELLO with stream-id 0 and frame-id 0, but it has " + ids(header));
        isHelloHeaderGood = true;
        AgentOffer offer = HelloRules.read(settings.profile, settings.maxFrameSize, frame);
        cancelTimer();
        flight.start(offer);
        if (reader != null) {
            reader.maxLength((int) offer.maxFrameSize());
        }
        state = State.RUNNING;
        watchIdle();
        opened.complete(offer);
    }

    private void running(FrameHeader header, ByteBuf frame, long start, int begin) {
        if (header.type() == FrameType.AGENT_DISCONNECT.code()) {
            Disconnect reason = Disconnect.read(frame);
            end(EngineException.disconnect(settings.profile, Kind.DISCONNECTED,
                    address + " has sent AGENT-DISCONNECT " + text(reason), reason.statusCode()));
        } else if (header.type() == FrameType.ACK.code()) {
            ack(header, frame, start, begin);
        } else {
            // HAProxy passes over an unknown frame on a stream, and its newer engine does not on stream 0 (3.6)
            require(FrameType.ofCode(header.type()).isEmpty()
                    && (header.streamId() != 0 || settings.profile == EngineProfile.LEGACY),
                    StatusCode.INVALID_FRAME, frame,
                    "expected ACK (103) or AGENT-DISCONNECT (102), but a frame of type " + header.type() + " came");
        }
    }

    private void ack(FrameHeader header, ByteBuf frame, long start, int begin) {
        require(header.isFin(), StatusCode.FRAGMENTATION_NOT_SUPPORTED, frame,
                "expected an ACK with the flag FIN, but its flags are " + header.flags());
        require(settings.profile == EngineProfile.LEGACY || (header.streamId() != 0 && header.frameId() != 0),
                StatusCode.INVALID_FRAME, frame, "expected an ACK with ids above 0, but it has " + ids(header));
        Pending.Ids ids = new Pending.Ids(header.streamId(), header.frameId());
        Pending pending = flight.land(ids);
        if (pending == null) {
            require(flight.isLate(ids), StatusCode.FRAME_ID_NOT_FOUND, frame,
                    "expected an ACK for a NOTIFY that is in flight, but it has " + ids(header));
            return;
        }
        try {
            pending.future.complete(new Ack(ids.streamId(), ids.frameId(), ActionList.read(frame)));
        } catch (ProtocolException e) {
            frame.readerIndex(begin);
            pending.future.completeExceptionally(EngineException.actions(e.status(), offset(start, begin, e),
                    "HAProxy would stop reading this ACK at byte "
                            + (FrameHeader.LENGTH_SIZE + e.index() - begin) + ": " + e.getMessage() + ", in "
                            + shown(frame)));
        }
        depart();
    }

    private void closing(FrameHeader header, ByteBuf frame) {
        if (header.type() == FrameType.AGENT_DISCONNECT.code()) {
            Disconnect reason = Disconnect.read(frame);
            end(EngineException.disconnect(settings.profile, Kind.DISCONNECTED,
                    address + " has sent AGENT-DISCONNECT " + text(reason), reason.statusCode()));
        }
    }

    private static void require(boolean holds, StatusCode status, ByteBuf frame, String otherwise) {
        if (!holds) {
            throw new ProtocolException(status, frame.readerIndex(), otherwise);
        }
    }

    private static String ids(FrameHeader header) {
        return "stream-id " + Long.toUnsignedString(header.streamId()) + " and frame-id "
                + Long.toUnsignedString(header.frameId());
    }

    private static String text(Disconnect reason) {
        return Long.toUnsignedString(reason.statusCode()) + " (" + reason.message() + ")";
    }

    // NOTIFYs

    private void accept(Pending pending) {
        if (state != State.RUNNING) {
            pending.future.completeExceptionally(whyEnded());
            return;
        }
        flight.accept(pending, loop);
        depart();
        flushSoon();
    }

    /** Nothing more is sent to an agent that does not read; what waits times out. */
    private void depart() {
        if (state == State.RUNNING && context().channel().isWritable()) {
            flight.depart(this::send);
        }
    }

    private void send(Pending pending) {
        lastActivity = System.nanoTime();
        ByteBuf buffer = out().buffer();
        int start = buffer.writerIndex();
        int limit = flight.payloadLimit();
        int size = NotifyFrames.write(buffer, pending.ids, pending.messages);
        if (size > limit) {
            buffer.writerIndex(start);
            sendTooBig(pending, buffer, size, limit);
        }
    }

    private void sendTooBig(Pending pending, ByteBuf buffer, int size, int limit) {
        String what = "the messages have " + size + " bytes, and " + limit + " fit into a frame of "
                + flight.maxFrameSize();
        StatusCode status = StatusCode.FRAGMENTATION_NOT_SUPPORTED;
        if (flight.mayFragment()) {
            int start = buffer.writerIndex();
            try {
                NotifyFrames.writeFragments(buffer, pending.ids, pending.messages, limit);
            } catch (IllegalArgumentException e) {
                buffer.writerIndex(start);
                flight.fail(pending, EngineException.tooBig(settings.profile, status, what + ": " + e.getMessage()));
            }
        } else if (settings.profile == EngineProfile.MUX) {
            // what fits the configured size but not the one agreed on has a number of its own (3.4)
            flight.fail(pending, EngineException.tooBig(settings.profile,
                    size <= flight.ownPayloadLimit() ? StatusCode.FRAME_TOO_BIG : status, what));
        } else {
            leave(status, null);
            flight.fail(pending, EngineException.tooBig(settings.profile, status,
                    what + ", and the agent does not take fragments"));
        }
    }

    // Ending

    private void violated(StatusCode status, long offset, String what) {
        if (state == State.CLOSED || state == State.CLOSING) {
            end(lost(what));
            return;
        }
        String message = what + ", at byte " + offset + " of what " + address + " has sent";
        if (state == State.RUNNING) {
            leave(status, EngineException.protocol(settings.profile, status, offset, message));
        } else if (isHelloHeaderGood || settings.profile == EngineProfile.LEGACY) {
            leave(status, EngineException.hello(status, offset, message));
        } else {
            // the newer engine says nothing to what is no AGENT-HELLO at all (2.3)
            end(EngineException.hello(status, offset, message));
        }
    }

    /**
     * Sends HAPROXY-DISCONNECT. Without a failure what is pending learns its own from what the agent does. Futures
     * complete last, because whoever waits for one may call this object again.
     */
    private void leave(StatusCode status, @Nullable EngineException failure) {
        state = State.CLOSING;
        cause = failure;
        isLeaving = status == StatusCode.NORMAL || status == StatusCode.TIMEOUT;
        flight.stop();
        out().disconnect(status);
        schedule(settings.helloTimeout.toNanos(), () -> end(lost("the agent has not answered HAPROXY-DISCONNECT within "
                + settings.helloTimeout.toMillis() + " ms")));
        if (failure != null) {
            opened.completeExceptionally(failure);
            flight.failAll(failure);
        }
    }

    /** Ends everything; what was the cause before stays it. */
    private void end(EngineException why) {
        if (state == State.CLOSED) {
            return;
        }
        EngineException failure = cause == null ? why : cause;
        cause = failure;
        state = State.CLOSED;
        flight.stop();
        cancelTimer();
        if (idleTimer != null) {
            idleTimer.cancel(false);
        }
        if (context != null) {
            ChannelFuture unused = context.close();
        }
        opened.completeExceptionally(failure);
        flight.failAll(failure);
    }

    // Timers and writes

    private void schedule(long nanos, Runnable task) {
        cancelTimer();
        timer = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** HAProxy up to 3.0 ends a connection without traffic, even while it waits for an ACK (section 6). */
    private void watchIdle() {
        long idle = settings.idleTimeout.toNanos();
        if (settings.profile != EngineProfile.LEGACY || idle == 0) {
            return;
        }
        long left = lastActivity + idle - System.nanoTime();
        if (left > 0) {
            idleTimer = loop.schedule(this::watchIdle, left, TimeUnit.NANOSECONDS);
        } else if (state == State.RUNNING) {
            leave(StatusCode.TIMEOUT, null);
        }
    }

    private void flushSoon() {
        // what arrived in one read is answered with one write, when all of it was read
        if (!isReading) {
            out().flushSoon();
        }
    }

    private Outgoing out() {
        if (out == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        return out;
    }
}
