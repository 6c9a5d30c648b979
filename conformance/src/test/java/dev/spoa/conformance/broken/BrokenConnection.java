package dev.spoa.conformance.broken;

import dev.spoa.conformance.broken.Exchange.Ids;
import dev.spoa.conformance.broken.PayloadReader.Received;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection: its own thread runs it and reads it, and each NOTIFY is handled on another. At the limit of NOTIFYs in
 * flight the reading thread answers itself, and so waits for an engine that does not read.
 */
final class BrokenConnection implements Runnable {
    private static final int IN_FLIGHT = 100;
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(5);
    /** How long the engine has to close after a DISCONNECT. */
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final long UNTIL_BUFFER_IS_REUSED = TimeUnit.MILLISECONDS.toNanos(20);

    private final BrokenAgent agent;
    private final Fault fault;
    private final SocketChannel channel;
    private final FrameSource source;
    private final FrameWriter writer;
    private final Fragments fragments;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Ids, Exchange> pending = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore(IN_FLIGHT);
    private volatile int maxFrameSize = FrameHeader.MIN_MAX_FRAME_SIZE;
    private @Nullable Exchange latest;
    private byte[] reused = {};

    BrokenConnection(BrokenAgent agent, SocketChannel channel) {
        this.agent = agent;
        this.fault = agent.fault();
        this.channel = channel;
        source = new FrameSource(channel, fault);
        writer = new FrameWriter(channel, fault);
        fragments = new Fragments(fault);
    }

    BrokenAgent agent() {
        return agent;
    }

    Fault fault() {
        return fault;
    }

    int maxFrameSize() {
        return maxFrameSize;
    }

    FrameWriter writerOf(Ids ids) {
        return agent.writerOf(ids, writer);
    }

    /** Whether an exchange is still the one of its ids; it is not from then on. */
    boolean isCurrent(Exchange exchange) {
        return pending.remove(exchange.ids(), exchange);
    }

    /** Gives an exchange's place in flight back. */
    void handled() {
        places.release();
    }

    void close() throws IOException {
        channel.close();
    }

    @Override
    public void run() {
        try (channel) {
            try {
                talk();
            } catch (ProtocolException e) {
                end(e.status());
            }
        } catch (IOException | InterruptedException e) {
            // The engine has gone, or the agent is closed.
        } finally {
            workers.shutdownNow();
        }
    }

    private void talk() throws IOException, InterruptedException {
        ScheduledFuture<?> timeout = agent.closeLater(channel,
                fault == Fault.HELLO_TIMEOUT_MISSING ? Duration.ofHours(1) : HELLO_TIMEOUT);
        byte[] frame = source.next();
        timeout.cancel(false);
        boolean isGreeted = false;
        while (frame != null) {
            ByteBuf in = Unpooled.wrappedBuffer(frame);
            if (frame.length >= FrameHeader.MIN_LENGTH) {
                FrameHeader header = FrameHeader.read(in);
                if (!isGreeted && fault != Fault.NOTIFY_BEFORE_HELLO_ACCEPTED) {
                    greet(header, in);
                } else if (!take(header, in)) {
                    return;
                }
                isGreeted = true;
            }
            frame = source.next();
        }
    }

    private void greet(FrameHeader header, ByteBuf in) throws IOException {
        if (header.type() != FrameType.HAPROXY_HELLO.code() || header.streamId() != 0 || header.frameId() != 0) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "no HELLO but " + header);
        }
        if (!header.isFin()) {
            throw new ProtocolException(StatusCode.FRAGMENTATION_NOT_SUPPORTED, 0, "HELLO without FIN");
        }
        Greeting greeting = Greeting.read(in, fault);
        maxFrameSize = (int) greeting.maxFrameSize();
        source.limit(maxFrameSize);
        writer.hello(out -> greeting.answer(out, fault));
        if (greeting.healthcheck() && fault == Fault.DISCONNECT_BEHIND_HEALTH_CHECK) {
            writer.disconnect(StatusCode.NORMAL);
        }
    }

    /** Takes a frame after HELLO; whether there may be more. */
    private boolean take(FrameHeader header, ByteBuf in) throws IOException, InterruptedException {
        if ((header.flags() & ~3) != 0 && fault == Fault.RESERVED_FLAGS_REFUSED) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "flags " + header.flags());
        }
        switch (FrameType.ofCode(header.type()).orElse(null)) {
            case HAPROXY_HELLO -> {
                if (fault != Fault.SECOND_HELLO_ACCEPTED && fault != Fault.NOTIFY_BEFORE_HELLO_ACCEPTED) {
                    throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "a second HELLO");
                }
                greet(header, in);
            }
            case HAPROXY_DISCONNECT -> {
                Disconnect.read(in);
                if (fault != Fault.DISCONNECT_NOT_ANSWERED) {
                    end(StatusCode.NORMAL);
                }
                return fault == Fault.OPEN_AFTER_DISCONNECT;
            }
            case NOTIFY -> {
                if (fragments.isOpen()) {
                    throw new ProtocolException(StatusCode.INTERLACED_FRAMES, 0, "a NOTIFY between fragments");
                }
                if (header.isFin()) {
                    handle(header, ByteBufUtil.getBytes(in));
                } else {
                    fragments.begin(header, ByteBufUtil.getBytes(in));
                }
            }
            case UNSET -> {
                byte[] whole = fragments.next(header, ByteBufUtil.getBytes(in));
                if (whole != null) {
                    handle(header, whole);
                }
            }
            case AGENT_HELLO, AGENT_DISCONNECT, ACK -> {
                if (fault != Fault.AGENT_FRAMES_IGNORED) {
                    throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "a frame of agents");
                }
            }
            case null -> {
                if (fault == Fault.UNKNOWN_TYPES_REFUSED) {
                    throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "type " + header.type());
                }
            }
        }
        return true;
    }

    private void handle(FrameHeader header, byte[] payload) throws IOException, InterruptedException {
        Ids ids = new Ids(header.streamId(), header.frameId());
        if (ids.streamId() == 0 && fault == Fault.STREAM_0_REFUSED) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, "stream 0");
        }
        Exchange exchange = new Exchange(this, ids, messages(payload), latest);
        latest = fault == Fault.ACKS_IN_ORDER_OF_NOTIFYS ? exchange : null;
        writer.received(ids.streamId());
        agent.received(ids, writer);
        if (pending.put(ids, exchange) != null && fault == Fault.IDS_MUST_BE_NEW) {
            throw new ProtocolException(StatusCode.INVALID_FRAME, 0, ids + " is pending");
        }
        if (fault == Fault.READS_NO_MORE_AT_LIMIT) {
            places.acquire();
        } else if (!places.tryAcquire()) {
            if (fault != Fault.NO_ACK_ABOVE_LIMIT) {
                exchange.answer(List.of());
            }
            return;
        }
        switch (fault) {
            case SERIAL -> exchange.run();
            case ONE_WORKER -> agent.worker().execute(exchange);
            default -> workers.execute(exchange);
        }
    }

    /** Malformed bytes must be found before any handler runs, so all is read here. */
    private Supplier<List<Received>> messages(byte[] payload) {
        List<Received> messages = PayloadReader.read(payload, fault);
        if (fault != Fault.BUFFER_REUSED) {
            return () -> messages;
        }
        if (reused.length < payload.length) {
            reused = new byte[payload.length];
        }
        byte[] buffer = reused;
        System.arraycopy(payload, 0, buffer, 0, payload.length);
        return () -> {
            LockSupport.parkNanos(UNTIL_BUFFER_IS_REUSED);
            try {
                return PayloadReader.read(Arrays.copyOf(buffer, payload.length), fault);
            } catch (ProtocolException e) {
                return List.of();
            }
        };
    }

    private void end(StatusCode status) throws IOException {
        writer.disconnect(status);
        if (fault == Fault.OPEN_AFTER_DISCONNECT) {
            return;
        }
        if (fault == Fault.ACK_AFTER_DISCONNECT) {
            workers.close();
        }
        workers.shutdownNow();
        channel.shutdownOutput();
        ScheduledFuture<?> close = agent.closeLater(channel, LINGER);
        source.drain();
        close.cancel(false);
    }
}
