package dev.spoa.agent;

import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameReader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one peer, from its HELLO to its end. Everything happens on the connection's event loop, except
 * where a method says otherwise.
 */
final class Connection extends ChannelInboundHandlerAdapter implements FrameReader.Sink {
    private enum State {
        /** Nothing but HAPROXY-HELLO may come, within the handshake timeout. */
        AWAITING_HELLO,
        /** NOTIFYs may come. */
        READY,
        /** A health check was answered (section 5.1): nothing more is due, the peer closes. */
        HEALTH_CHECKED,
        /** Our DISCONNECT is on its way; what still comes is dropped. */
        DISCONNECTING,
        /** The channel is closed. */
        CLOSED
    }

    /** A HELLO has some 130 bytes; this leaves room for keys that are not known yet. */
    private static final int MAX_HELLO_LENGTH = 16_384;
    /**
     * How long a peer has to close after our DISCONNECT has left. To close at once, with bytes of it unread, would reset
     * the connection, and the reset can overtake the DISCONNECT.
     */
    private static final long LINGER_MILLIS = 1_000;

    private final AgentContext agent;
    private final Dispatcher dispatcher;
    private final InFlight inFlight;
    private State state = State.AWAITING_HELLO;
    private boolean withoutHello;
    /** Null unless the agent drains. */
    private @Nullable Parting parting;
    private boolean quietAwaited;
    private boolean writable = true;
    /** How many batches had been passed on to the channel when it was asked. */
    private long writableAt;
    private boolean pipelined;
    private boolean acked;
    private boolean flushDue;
    private int maxAckSize = FrameHeader.MIN_MAX_FRAME_SIZE;
    private @Nullable String engineId;
    private SocketAddress peer = UnixDomainSocketAddress.of("");
    private @Nullable SocketAddress proxy;
    private List<X509Certificate> peerCertificates = List.of();
    private long readTime;

    private @Nullable ChannelHandlerContext context;
    private @Nullable Receiver receiver;
    private @Nullable AckWriter acks;
    private @Nullable ScheduledFuture<?> closeTimer;
    /** Whether it was to be closed, and that has failed, for want of memory. */
    private boolean closeDue;
    private @Nullable WriteWatch writes;

    Connection(AgentContext agent, Dispatcher dispatcher) {
        this.agent = agent;
        this.dispatcher = dispatcher;
        this.inFlight = new InFlight(this, dispatcher, agent);
    }

    // What handlers and the dispatcher ask

    /** Any thread. */
    SocketAddress peer() {
        return peer;
    }

    /** Who has connected, where that is not the peer. Any thread. */
    @Nullable
    SocketAddress proxy() {
        return proxy;
    }

    /** Any thread. */
    List<X509Certificate> peerCertificates() {
        return peerCertificates;
    }

    /** Any thread. */
    @Nullable
    String engineId() {
        return engineId;
    }

    int maxAckSize() {
        return maxAckSize;
    }

    long readTime() {
        return readTime;
    }

    AckWriter acks() {
        return present(acks);
    }

    InFlight inFlight() {
        return inFlight;
    }

    /** Whether a flush is due at the end of a batch of completions. */
    boolean isFlushDue() {
        return flushDue;
    }

    /** Notes that a flush is due. */
    void flushDue() {
        flushDue = true;
    }

    /** Notes that an ACK is among what is to be flushed. */
    void acked() {
        acked = true;
    }

    /** Sends what was collected, and ends the connection where only that was awaited. */
    void flush() {
        flushDue = false;
        dispatcher.count(); // before the peer can know
        if (acks == null || state == State.CLOSED) {
            return;
        }
        if (parting != null && acked && !pipelined && isIdle()) {
            // in one write with the ACK: the engine reads both before it can think of another NOTIFY
            disconnect(new Disconnect(StatusCode.NORMAL));
            return;
        }
        acked = false;
        acks.flush();
        present(writes).start();
        try {
            present(receiver).countIncomplete();
        } catch (ProtocolException e) {
            protocolError(e, "");
            return;
        }
        if (parting != null && !quietAwaited) {
            endWhenQuiet();
        }
    }

    /** Whether nothing of what was received is still to be answered. */
    private boolean isIdle() {
        return inFlight.isEmpty() && present(receiver).isEmpty();
    }

    // The life of the channel

    @Override
    public void channelActive(ChannelHandlerContext context) {
        this.context = context;
        SocketAddress remote = context.channel().remoteAddress();
        if (remote != null) { // it is null where the peer was gone before this
            peer = TransportSetup.toJava(remote);
        }
        agent.counters.accepted.increment();
        if (!agent.connections.add(this)) {
            refuse("there are " + agent.limits.connections() + " connections already");
            return;
        }
        if (!agent.connectionsWithoutHello.tryAcquire()) {
            refuse("there are " + agent.limits.connectionsWithoutHello() + " connections without HELLO already");
            return;
        }
        withoutHello = true;
        readTime = System.nanoTime();
        acks = new AckWriter(context, dispatcher.ackBytes());
        writes = new WriteWatch(this, written(context.channel().pipeline(), acks));
        receiver = new Receiver(this, dispatcher, agent, MAX_HELLO_LENGTH);
        scheduleClose(agent.limits.handshakeTimeout().toMillis(), this::handshakeTimedOut);
        if (agent.connections.isDraining()) {
            drain();
        }
    }

    // What the handlers of a ListenerPipeline tell, before the first frame

    /** A PROXY header was read; it may name nobody. */
    void introduced(@Nullable SocketAddress source) {
        readTime = System.nanoTime();
        if (source != null) {
            proxy = peer;
            peer = source;
        }
    }

    /** The TLS handshake has succeeded. */
    void secured(List<X509Certificate> certificates) {
        readTime = System.nanoTime();
        peerCertificates = certificates;
    }

    /** The peer is not let in; whoever says so closes the connection. */
    void reject(String why) {
        agent.counters.rejectedConnections.increment();
        agent.log.rejected(this, why);
    }

    /** The peer is not let in, and has made it impossible to go on until somebody else closes the connection. */
    void rejectAndClose(String why) {
        reject(why);
        close();
    }

    /** The peer has begun another TLS handshake, in which it cannot be sent anything. */
    void renegotiated() {
        agent.counters.protocolErrors.increment();
        agent.log.protocolError(this, "it has begun a second TLS handshake, and only one is expected; closed");
        close();
    }

    /** The peer sends nothing more, and would not if its bytes could still come. */
    void peerClosed() {
        if (isListening()) {
            flush(); // what came before the end has its ACKs, as without TLS
            close();
        }
    }

    private void refuse(String limit) {
        agent.counters.refusedConnections.increment();
        agent.log.refused(this, limit);
        close();
    }

    private void handshakeTimedOut() {
        if (state == State.AWAITING_HELLO) {
            agent.log.timedOut(this, "its " + ListenerPipeline.awaited(present(context).channel())
                    + " was not complete within " + agent.limits.handshakeTimeout());
        }
        close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        ByteBuf in = (ByteBuf) received;
        if (closeDue) {
            close();
        }
        try {
            String hint = state == State.AWAITING_HELLO ? ListenerPipeline.hint(in) : "";
            receive(in, hint);
        } finally {
            in.release();
        }
    }

    /** Reads something, or goes on with what had to wait where nothing is given. */
    private void receive(@Nullable ByteBuf in, String hint) {
        if (receiver != null && isListening()) {
            readTime = System.nanoTime();
            try {
                if (in == null) {
                    receiver.resume();
                } else {
                    receiver.read(in);
                }
            } catch (ProtocolException e) {
                protocolError(e, hint);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
    }

    /** A peer that does not read its ACKs is not read from, and what it has sent already has to wait. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        askWritable();
        if (writable) {
            // not at once: this may be called from within a write
            onEventLoop(() -> {
                receive(null, "");
                if (isReady() && !present(receiver).hasKept()) {
                    context.channel().config().setAutoRead(true);
                }
                flush();
            });
        } else {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public boolean isReady() {
        if (acks().written() != writableAt) { // nothing else can make it unwritable
            askWritable();
        }
        return writable;
    }

    private void askWritable() {
        writable = present(context).channel().isWritable();
        writableAt = acks().written();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        state = State.CLOSED;
        try {
            cancel(closeTimer);
            if (writes != null) {
                writes.stop();
            }
            inFlight.abandon();
        } finally {
            giveBack();
        }
    }

    /** What it has of that of which there is only so much. */
    private void giveBack() {
        try {
            if (receiver != null && acks != null) {
                receiver.close();
                acks.close();
            }
        } finally {
            helloEnded();
            agent.connections.remove(this); // also if it was to be added, and memory has ended in the middle of that
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            agent.log.debug("{}: connection lost: {}", peer, cause.toString());
            close();
        } else {
            fail(cause);
        }
    }

    /** Ends the connection because of an error that is ours. Throws none itself: whoever calls it has others to see to. */
    void fail(Throwable cause) {
        try {
            agent.log.internalError(this, cause);
        } catch (RuntimeException | Error e) {
            // there is no memory even for the line
        }
        try {
            close();
        } catch (RuntimeException | Error e) {
            // it is tried again when something comes
        }
    }

    // Frames

    @Override
    public boolean frame(ByteBuf frame) {
        int start = frame.readerIndex();
        FrameHeader header = FrameHeader.read(frame);
        FrameType type = FrameType.ofCode(header.type()).orElse(null);
        try {
            switch (state) {
                case AWAITING_HELLO -> beforeHello(header, type, frame);
                case READY -> afterHello(header, type, frame);
                case HEALTH_CHECKED -> afterHealthCheck(type, frame);
                case DISCONNECTING, CLOSED -> {
                }
            }
        } catch (ProtocolException e) {
            throw Receiver.inFrame(nameOf(header), start, e);
        }
        return isListening();
    }

    private static String nameOf(FrameHeader header) {
        return FrameType.ofCode(header.type()).map(Enum::name).orElse("frame of type " + header.type());
    }

    /** Whether what comes is still of interest. */
    boolean isListening() {
        return state != State.DISCONNECTING && state != State.CLOSED;
    }

    /** Whether HELLOs were exchanged and NOTIFYs may come. */
    boolean isAwaitingNotify() {
        return state == State.READY;
    }

    private void beforeHello(FrameHeader header, @Nullable FrameType type, ByteBuf payload) {
        if (type == FrameType.HAPROXY_DISCONNECT) {
            disconnected(payload);
        } else if (type == FrameType.HAPROXY_HELLO) {
            hello(header, payload);
        } else {
            throw unexpected(payload, "HAPROXY-HELLO is expected first");
        }
    }

    private void afterHealthCheck(@Nullable FrameType type, ByteBuf payload) {
        if (type != FrameType.HAPROXY_DISCONNECT) {
            throw unexpected(payload, "nothing but HAPROXY-DISCONNECT is expected after a health check");
        }
        disconnected(payload);
    }

    private void afterHello(FrameHeader header, @Nullable FrameType type, ByteBuf payload) {
        switch (type) {
            case NOTIFY -> present(receiver).notify(header, payload);
            case UNSET -> present(receiver).unset(header, payload);
            case HAPROXY_DISCONNECT -> disconnected(payload);
            case HAPROXY_HELLO -> throw unexpected(payload, "no second one is expected");
            case AGENT_HELLO, AGENT_DISCONNECT, ACK ->
                throw unexpected(payload, "only an agent sends this, and none is expected from HAProxy");
            case null -> agent.log.debug("{}: a frame of the unknown type {} is skipped", peer, header.type());
        }
    }

    /** Section 2. The answer is one buffer and one write: several releases from 3.1 on reset a connection otherwise. */
    private void hello(FrameHeader header, ByteBuf payload) {
        if (!header.isFin()) {
            throw new ProtocolException(StatusCode.FRAGMENTATION_NOT_SUPPORTED, payload.readerIndex(),
                    "HAPROXY-HELLO without FIN");
        }
        if (header.streamId() != 0 || header.frameId() != 0) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, payload.readerIndex(),
                    "HAPROXY-HELLO with stream " + Long.toUnsignedString(header.streamId()) + ", frame "
                            + Long.toUnsignedString(header.frameId()) + " where both are 0");
        }
        HaproxyHello hello = HaproxyHello.read(payload);
        engineId = hello.engineId();
        helloEnded();
        if (hello.healthcheck()) {
            agent.counters.healthChecks.increment();
            if (agent.connections.isLeaving()) {
                disconnect(new Disconnect(StatusCode.NORMAL.code(), "the agent is about to close"));
                return;
            }
            state = State.HEALTH_CHECKED;
        } else {
            state = State.READY;
            cancel(closeTimer);
        }
        Negotiation agreed = Negotiation.of(hello, agent);
        present(receiver).maxLength(agreed.maxFrameSize());
        maxAckSize = agreed.maxAckSize();
        pipelined = agreed.answer().capabilities().contains(Capability.PIPELINING);
        acks().add(FrameType.AGENT_HELLO, agreed.answer()::write);
        agent.log.debug("{}: HELLO of engine {}", peer,
                RateLimitedLog.printable(engineId == null ? "without an id" : engineId));
    }

    private void helloEnded() {
        if (withoutHello) {
            withoutHello = false;
            agent.connectionsWithoutHello.release();
        }
    }

    // The end

    /** HAProxy ends the connection (section 4.3). */
    private void disconnected(ByteBuf payload) {
        Disconnect disconnect = Disconnect.read(payload);
        if (disconnect.statusCode() == StatusCode.NORMAL.code()
                || disconnect.statusCode() == StatusCode.TIMEOUT.code()) {
            agent.log.debug("{}: HAProxy disconnects: {}", peer, RateLimitedLog.printable(disconnect.message()));
        } else {
            agent.log.disconnected(this, disconnect.statusCode(), disconnect.message());
        }
        disconnect(new Disconnect(StatusCode.NORMAL));
    }

    private static ProtocolException unexpected(ByteBuf payload, String what) {
        return new ProtocolException(StatusCode.INVALID_FRAME, payload.readerIndex(), what);
    }

    private void protocolError(ProtocolException e, String hint) {
        agent.counters.protocolErrors.increment();
        agent.log.protocolError(this, e.getMessage() + hint + "; status " + e.status().code() + ", closed");
        disconnect(new Disconnect(e.status()));
    }

    /** Any thread: end as soon as nothing is pending, and nothing is likely to be on its way. */
    void drain() {
        onEventLoop(() -> {
            parting = new Parting(System.nanoTime());
            if (state == State.HEALTH_CHECKED) {
                close();
            } else {
                endWhenQuiet();
            }
        });
    }

    /**
     * Ends the connection if nothing has come for long enough, or else looks again when that may be so. While something
     * is pending there is no need to look: {@link #flush} does when it is answered.
     */
    private void endWhenQuiet() {
        quietAwaited = false;
        if (!isListening() || !isIdle()) {
            return;
        }
        long now = System.nanoTime();
        long left = present(parting).pause(now) - (now - readTime);
        if (left > 0) {
            quietAwaited = true;
            ScheduledFuture<?> unused = schedule(this::endWhenQuiet, left);
        } else if (state == State.READY) {
            disconnect(new Disconnect(StatusCode.NORMAL));
        } else {
            close();
        }
    }

    /** Any thread: end now, whatever is pending. */
    void disconnect() {
        onEventLoop(() -> {
            if (state == State.READY) {
                disconnect(new Disconnect(StatusCode.NORMAL));
            } else if (state != State.DISCONNECTING) {
                close();
            }
        });
    }

    /**
     * Sends the ACKs that are ready and a DISCONNECT behind them, closes our side of the connection, and the rest when
     * the peer has closed its own.
     */
    private void disconnect(Disconnect disconnect) {
        if (!isListening()) {
            return;
        }
        state = State.DISCONNECTING;
        inFlight.abandon();
        present(receiver).dropFragments();
        helloEnded();
        scheduleClose(agent.limits.writeTimeout().toMillis() + LINGER_MILLIS, this::close);
        acks().add(FrameType.AGENT_DISCONNECT, disconnect::write);
        dispatcher.count();
        acks().flushLast().addListener(sent -> {
            if (sent.isSuccess()) {
                ListenerPipeline.shutDownOutput(present(context).channel());
            }
            scheduleClose(LINGER_MILLIS, this::close);
        });
        present(writes).start();
    }

    /** With TLS this takes a moment, in which nothing more is to be read. */
    private void close() {
        if (state != State.CLOSED) {
            state = State.DISCONNECTING;
        }
        closeDue = true;
        cancel(closeTimer); // TLS has a timer of its own for a peer that does not take the end of it
        ChannelFuture closing = present(context).close();
        closeDue = closing.isDone() && !closing.isSuccess();
    }

    // Timers and other tasks

    /** Any thread. */
    private void onEventLoop(Runnable action) {
        present(context).executor().execute(() -> guarded(action));
    }

    ScheduledFuture<?> schedule(Runnable action, long nanos) {
        return present(context).executor().schedule(() -> guarded(action), nanos, TimeUnit.NANOSECONDS);
    }

    /** What is no event of the channel has no {@link #exceptionCaught} either. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Where no exception is of use to anybody. */
    void flushOrFail() {
        try {
            flush();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void scheduleClose(long millis, Runnable action) {
        cancel(closeTimer);
        if (state != State.CLOSED) {
            closeTimer = schedule(action, TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    @Nullable
    ChannelOutboundBuffer outboundBuffer() {
        return present(context).channel().unsafe().outboundBuffer();
    }

    private static LongSupplier written(ChannelPipeline pipeline, AckWriter acks) {
        WriteCount count = pipeline.get(WriteCount.class);
        return count == null ? acks::written : count::written;
    }

    Duration writeTimeout() {
        return agent.limits.writeTimeout();
    }

    /** Ends the connection with a peer that does not read. */
    void closeUnread(long bytes) {
        agent.log.timedOut(this, "it has taken none of " + bytes + " bytes within " + writeTimeout());
        close();
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the channel is not active yet");
        }
        return value;
    }
}
