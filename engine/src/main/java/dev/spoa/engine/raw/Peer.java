package dev.spoa.engine.raw;

import dev.spoa.protocol.AbstractSocketAddress;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameText;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an engine, raw: it sends whatever bytes it is told, those of {@link PeerBytes} for instance, and
 * reads frames. Every call blocks for at most its patience, which is {@link #PATIENCE} unless it is told otherwise;
 * then, and when something else comes than what was expected, it fails with an {@link AssertionError} that says what
 * came. For one thread at a time. It uses no pooled buffers.
 *
 * <p>
 * Where it reads, a socket that fails counts as a reset by the agent; where it sends, that is an
 * {@link UncheckedIOException}.
 */
public final class Peer implements AutoCloseable {
    /** How long anything is waited for: far above what an agent ever takes. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How much of a frame an error message shows. */
    private static final int SHOWN_DIGITS = 400;
    private static final int LARGEST_LENGTH = 1 << 24;

    private final SocketChannel channel;
    private final Duration patience;
    private final ByteBuffer chunk = ByteBuffer.allocate(64 * 1_024);
    private final ByteBuf received = Unpooled.buffer();

    private int maxLength = LARGEST_LENGTH;
    private AgentHello.@Nullable Found offer;

    private Peer(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /**
     * A frame that came.
     *
     * @param header its header
     * @param hex all its bytes, LENGTH included, in lower case without blanks
     */
    public record Frame(FrameHeader header, String hex) {
        /**
         * A frame of bytes that were kept.
         *
         * @param bytes its bytes, the four of LENGTH included, which need not be right
         * @return the frame
         * @throws ProtocolException if its header is cut by its end
         */
        public static Frame of(byte[] bytes) {
            return new Frame(FrameHeader.read(Unpooled.wrappedBuffer(bytes).skipBytes(FrameHeader.LENGTH_SIZE)),
                    PeerBytes.hex(bytes));
        }

        /**
         * What follows the header.
         *
         * @return the payload, from the reader index on, in a new buffer that need not be released
         */
        public ByteBuf payload() {
            ByteBuf frame = Unpooled.wrappedBuffer(PeerBytes.bytes(hex)).skipBytes(FrameHeader.LENGTH_SIZE);
            FrameHeader.read(frame);
            return frame;
        }

        /**
         * The size of the frame without its first four bytes, which is what LENGTH should say.
         *
         * @return LENGTH in bytes
         */
        public int length() {
            return hex.length() / 2 - FrameHeader.LENGTH_SIZE;
        }

        private boolean is(FrameType type) {
            return header.type() == type.code();
        }

        @Override
        public String toString() {
            // in a NOTIFY or ACK any flag but FIN is a fault of its own, so it is named
            String flags = header.flags() == FrameHeader.FIN ? "" : " (flags %08x)".formatted(header.flags());
            return FrameText.of(PeerBytes.bytes(hex)).line() + flags + " " + (hex.length() > SHOWN_DIGITS
                    ? hex.substring(0, SHOWN_DIGITS) + "... of " + length() + " bytes"
                    : hex);
        }
    }

    /**
     * An ACK that came.
     *
     * @param streamId its stream-id, unsigned
     * @param frameId its frame-id, unsigned
     * @param actions its actions, in the order of the frame
     */
    public record Ack(long streamId, long frameId, List<Action> actions) {}

    private enum Received {
        BYTES, END_OF_FILE, RESET, NOTHING
    }

    // Connecting

    /**
     * Connects and says nothing.
     *
     * @param address where the agent listens: TCP, or a unix socket
     * @return the connection, for the caller to close
     * @throws UncheckedIOException if there is none within {@link #PATIENCE}
     */
    public static Peer connect(SocketAddress address) {
        return connect(address, 0);
    }

    /**
     * Connects with a receive buffer of its own size, and says nothing.
     *
     * @param address where the agent listens: TCP, or a unix socket
     * @param receiveBuffer about how many bytes the system takes before they are read; 0 for its default
     * @return the connection, for the caller to close
     * @throws UncheckedIOException if there is none within {@link #PATIENCE}
     */
    public static Peer connect(SocketAddress address, int receiveBuffer) {
        return connect(address, receiveBuffer, PATIENCE);
    }

    /**
     * Connects with a patience of its own, and says nothing.
     *
     * @param address where the agent listens: TCP, or a unix socket
     * @param receiveBuffer about how many bytes the system takes before they are read; 0 for its default
     * @param patience how long connecting over TCP may take, and every call after it that is not told otherwise
     * @return the connection, for the caller to close
     * @throws UncheckedIOException if there is none within that time
     */
    public static Peer connect(SocketAddress address, int receiveBuffer, Duration patience) {
        if (address instanceof AbstractSocketAddress) {
            throw new UncheckedIOException("cannot connect to " + address,
                    new IOException("Java's own sockets know no abstract names"));
        }
        try {
            boolean unix = address instanceof UnixDomainSocketAddress;
            SocketChannel channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            if (receiveBuffer > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            }
            if (!unix) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            Peer peer = new Peer(channel, patience);
            peer.open(address, unix);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    private void open(SocketAddress address, boolean unix) throws IOException {
        try {
            // a unix socket connects at once or not at all, and only says why when it blocks
            channel.configureBlocking(unix);
            if (!channel.connect(address)) {
                boolean isReady = await(SelectionKey.OP_CONNECT, System.nanoTime() + patience.toNanos());
                if (!isReady || !channel.finishConnect()) {
                    throw new SocketTimeoutException("no connection within " + patience);
                }
            }
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Connects as HAProxy up to 3.0 and completes the HELLO.
     *
     * @param address where the agent listens: TCP, or a unix socket
     * @return the connection, for the caller to close
     * @throws UncheckedIOException if there is none, or it ends before the HELLO is sent
     * @throws AssertionError if anything but an AGENT-HELLO comes, or nothing
     */
    public static Peer legacy(SocketAddress address) {
        return connect(address).hello(PeerBytes.legacyHello());
    }

    /**
     * Connects as HAProxy from 3.1 on and completes the HELLO.
     *
     * @param address where the agent listens: TCP, or a unix socket
     * @return the connection, for the caller to close
     * @throws UncheckedIOException if there is none, or it ends before the HELLO is sent
     * @throws AssertionError if anything but an AGENT-HELLO comes, or nothing
     */
    public static Peer mux(SocketAddress address) {
        return connect(address).hello(PeerBytes.muxHello());
    }

    /**
     * Sends a HELLO and takes the AGENT-HELLO that must follow, as an engine that insists on no more than it needs.
     *
     * @param hello the whole frame
     * @return this
     * @throws UncheckedIOException if the connection ends before it is sent
     * @throws AssertionError if anything but an AGENT-HELLO that can be read comes, or nothing
     */
    public Peer hello(byte[] hello) {
        send(hello);
        Frame frame = read(FrameType.AGENT_HELLO);
        try {
            AgentHello.Found found = AgentHello.find(frame.payload());
            offer = found;
            Long size = found.maxFrameSize();
            if (size != null && size >= FrameHeader.MIN_MAX_FRAME_SIZE && size <= LARGEST_LENGTH) {
                maxLength = size.intValue();
            }
        } catch (ProtocolException e) {
            throw new AssertionError("expected an AGENT-HELLO, but there came " + frame, e);
        }
        return this;
    }

    /**
     * What the agent has answered to {@link #hello}.
     *
     * @return what an engine finds in its AGENT-HELLO
     * @throws IllegalStateException if no HELLO was completed
     */
    public AgentHello.Found offer() {
        if (offer == null) {
            throw new IllegalStateException("no HELLO was said on this connection");
        }
        return offer;
    }

    /**
     * The largest LENGTH that is taken; a frame that is larger is an error.
     *
     * @return the {@code max-frame-size} of the agent's answer to {@link #hello}, in bytes; 16 MiB before, and where it
     *         gave none, or one below 256 or above 16 MiB
     */
    public int maxLength() {
        return maxLength;
    }

    // Sending

    /**
     * Sends bytes.
     *
     * @param bytes any bytes, whole frames or not
     * @return this
     * @throws UncheckedIOException if the agent ends the connection first
     * @throws AssertionError if it does not take all of them in time
     */
    public Peer send(byte[] bytes) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (left.hasRemaining()) {
                if (channel.write(left) == 0 && !await(SelectionKey.OP_WRITE, deadline)) {
                    throw new AssertionError("the agent has not taken the last " + left.remaining() + " of "
                            + bytes.length + " bytes within " + patience);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the agent has not taken the last " + left.remaining() + " of "
                    + bytes.length + " bytes", e);
        }
        return this;
    }

    /**
     * Sends as much as the agent takes until it ends the connection.
     *
     * @param bytes any bytes, whole frames or not
     * @return this
     * @throws AssertionError if it neither ends the connection nor takes all of them in time
     */
    public Peer sendWhileOpen(byte[] bytes) {
        try {
            return send(bytes);
        } catch (UncheckedIOException e) {
            return this;
        }
    }

    /**
     * Sends bytes that are written in hex.
     *
     * @param hex two digits for each byte; blanks mean nothing
     * @return this
     * @throws UncheckedIOException if the agent ends the connection first
     * @throws AssertionError if it does not take all of them in time
     * @throws IllegalArgumentException if it is not hex
     */
    public Peer sendHex(String hex) {
        return send(PeerBytes.bytes(hex));
    }

    /**
     * Sends bytes in pieces.
     *
     * @param bytes any bytes, whole frames or not
     * @param between runs after each piece but the last, for instance to wait until the agent has read it
     * @param cuts the index at which each piece but the first begins, ascending, none beyond the end of the bytes
     * @return this
     * @throws UncheckedIOException if the agent ends the connection first
     * @throws AssertionError if it does not take a piece in time
     */
    public Peer sendInPieces(byte[] bytes, Runnable between, int... cuts) {
        int from = 0;
        for (int cut : cuts) {
            send(Arrays.copyOfRange(bytes, from, cut));
            between.run();
            from = cut;
        }
        return send(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /**
     * Sends a whole NOTIFY with one message.
     *
     * @param streamId its stream-id, unsigned
     * @param frameId its frame-id, unsigned
     * @param message the message's name
     * @param arguments its arguments, 255 at most
     * @return this
     * @throws IllegalArgumentException if there are more
     * @throws UncheckedIOException if the agent ends the connection first
     * @throws AssertionError if it does not take it in time
     */
    public Peer sendNotify(long streamId, long frameId, String message, Argument... arguments) {
        return send(PeerBytes.notify(streamId, frameId, PeerBytes.message(message, arguments)));
    }

    /**
     * Sends a HAPROXY-DISCONNECT.
     *
     * @param status its status; the message is the one that belongs to it
     * @return this
     * @throws UncheckedIOException if the agent ends the connection first
     * @throws AssertionError if it does not take it in time
     */
    public Peer sendDisconnect(StatusCode status) {
        return send(PeerBytes.disconnect(status));
    }

    // Reading

    /**
     * The next frame, of whatever type.
     *
     * @return the frame
     * @throws AssertionError if no whole frame comes in time, its LENGTH is below 7 or above {@link #maxLength()}, or its
     *         header is cut by its end
     */
    public Frame readFrame() {
        return readFrame(patience);
    }

    /**
     * The next frame, of whatever type, with a patience of its own.
     *
     * @param patience how long it is waited for
     * @return the frame
     * @throws AssertionError if no whole frame comes in time, its LENGTH is below 7 or above {@link #maxLength()}, or its
     *         header is cut by its end
     */
    public Frame readFrame(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Frame frame = takeFrame();
            if (frame != null) {
                return frame;
            }
            Received what = receive(deadline);
            if (what != Received.BYTES) {
                throw new AssertionError("expected a frame, but there came " + describe(what, patience)
                        + (received.isReadable() ? ", behind " + ByteBufUtil.hexDump(received) : ""));
            }
        }
    }

    /**
     * The AGENT-HELLO that must come next, read as strictly as HAProxy's health check does.
     *
     * @return what it says
     * @throws AssertionError if anything else comes, or nothing, or its ids are not 0, or its payload is not one that may
     *         be sent
     */
    public AgentHello readHello() {
        Frame frame = read(FrameType.AGENT_HELLO);
        require("stream-id", 0, frame.header().streamId(), frame);
        require("frame-id", 0, frame.header().frameId(), frame);
        try {
            return AgentHello.read(frame.payload());
        } catch (ProtocolException e) {
            throw malformed(frame, e);
        }
    }

    /**
     * The ACK that must come next, read as strictly as can be.
     *
     * @return the ACK, whatever its ids
     * @throws AssertionError if anything else comes, or nothing, or its payload is malformed
     */
    public Ack readAck() {
        return ack(read(FrameType.ACK));
    }

    /**
     * The ACK that must come next, with the ids that it must have.
     *
     * @param streamId the stream-id of its NOTIFY, unsigned
     * @param frameId the frame-id of its NOTIFY, unsigned
     * @return its actions, in the order of the frame
     * @throws AssertionError if anything else comes, or nothing, or its payload is malformed
     */
    public List<Action> readAck(long streamId, long frameId) {
        Ack ack = readAck();
        require("stream-id", streamId, ack.streamId(), ack);
        require("frame-id", frameId, ack.frameId(), ack);
        return ack.actions();
    }

    /**
     * So many ACKs.
     *
     * @param number how many; each is waited for anew
     * @return the ACKs, in the order in which they came
     * @throws AssertionError if anything else comes, or fewer, or a payload is malformed
     */
    public List<Ack> readAcks(int number) {
        List<Ack> acks = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            acks.add(readAck());
        }
        return acks;
    }

    private static void require(String what, long expected, long came, Object where) {
        if (expected != came) {
            throw new AssertionError("expected " + what + " " + Long.toUnsignedString(expected) + ", but there came "
                    + Long.toUnsignedString(came) + " in " + where);
        }
    }

    private static Ack ack(Frame frame) {
        try {
            return new Ack(frame.header().streamId(), frame.header().frameId(), ActionList.read(frame.payload()));
        } catch (ProtocolException e) {
            throw malformed(frame, e);
        }
    }

    private static AssertionError malformed(Object frame, ProtocolException e) {
        return new AssertionError("byte " + e.index() + ": " + e.getMessage() + "; there came " + frame, e);
    }

    /**
     * An AGENT-DISCONNECT with this status, and the end of the connection by a FIN behind it.
     *
     * @param status the status; the message must be the one that belongs to it
     * @throws AssertionError if anything else comes, or nothing, or its ids are not 0, or its payload is malformed
     */
    public void expectDisconnect(StatusCode status) {
        Frame frame = read(FrameType.AGENT_DISCONNECT);
        require("stream-id", 0, frame.header().streamId(), frame);
        require("frame-id", 0, frame.header().frameId(), frame);
        Disconnect expected = new Disconnect(status);
        Disconnect came;
        try {
            came = Disconnect.read(frame.payload());
        } catch (ProtocolException e) {
            throw malformed(frame, e);
        }
        if (!came.equals(expected)) {
            throw new AssertionError("expected " + expected + ", but there came " + frame);
        }
        expectEof();
    }

    /**
     * The end of the connection by a FIN, and nothing before it.
     *
     * @throws AssertionError if anything comes before it, or a reset instead, or it does not come in time
     */
    public void expectEof() {
        expectEnd(Received.END_OF_FILE);
    }

    /**
     * The end of the connection, by a FIN or a reset, and nothing before it.
     *
     * @throws AssertionError if anything comes before it, or it does not come in time
     */
    public void expectClosed() {
        expectEnd(Received.END_OF_FILE, Received.RESET);
    }

    /**
     * Whether the connection ends, by a FIN or a reset. What comes before stays to be read.
     *
     * @param patience how long the end is waited for
     * @return false if that time has passed
     */
    public boolean endsWithin(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Received what = receive(deadline);
        while (what == Received.BYTES) {
            what = receive(deadline);
        }
        return what != Received.NOTHING;
    }

    /**
     * All frames that still come until the connection ends, by a FIN or a reset.
     *
     * @param patience how long the end is waited for
     * @return the frames, in the order in which they came; none if only the end comes
     * @throws AssertionError if the end does not come in time, or in the middle of a frame, or a LENGTH is below 7 or
     *         above {@link #maxLength()}, or a frame's header is cut by its end
     */
    public List<Frame> readToEnd(Duration patience) {
        boolean ended = endsWithin(patience);
        List<Frame> frames = new ArrayList<>();
        for (Frame frame = takeFrame(); frame != null; frame = takeFrame()) {
            frames.add(frame);
        }
        if (!ended || received.isReadable()) {
            throw new AssertionError("expected the end of the connection"
                    + (ended ? " after a whole frame" : " within " + patience) + ", but there came "
                    + (frames.isEmpty() ? "no frame" : frames)
                    + (received.isReadable() ? " and the beginning of one, " + ByteBufUtil.hexDump(received) : ""));
        }
        return frames;
    }

    /**
     * Whether any byte has come. It stays to be read.
     *
     * @param patience how long it is waited for
     * @return false if that time has passed, or the connection has ended without one
     */
    public boolean speaksWithin(Duration patience) {
        return received.isReadable() || receive(System.nanoTime() + patience.toNanos()) == Received.BYTES;
    }

    /**
     * Whether any byte has come, which stays to be read, or the connection has ended.
     *
     * @param patience how long it is waited for
     * @return false if that time has passed
     */
    public boolean endsOrSpeaksWithin(Duration patience) {
        return received.isReadable() || receive(System.nanoTime() + patience.toNanos()) != Received.NOTHING;
    }

    private void expectEnd(Received... ends) {
        long deadline = System.nanoTime() + patience.toNanos();
        Received what = received.isReadable() ? Received.BYTES : receive(deadline);
        if (!List.of(ends).contains(what)) {
            Frame frame = takeFrame();
            throw new AssertionError("expected the end of the connection, but there came " + describe(what, patience)
                    + ": " + (frame != null ? frame : ByteBufUtil.hexDump(received)));
        }
    }

    /**
     * What one read of the socket gives: waits until there are some bytes and takes those that are there.
     *
     * @return the bytes, one or more: those that came before and were not read, and behind them at most 64 KiB
     * @throws AssertionError if the connection ends instead, or nothing comes in time
     */
    public byte[] readOnce() {
        Received what = receive(System.nanoTime() + patience.toNanos());
        if (what != Received.BYTES) {
            throw new AssertionError("expected bytes, but there came " + describe(what, patience));
        }
        byte[] bytes = ByteBufUtil.getBytes(received);
        received.clear();
        return bytes;
    }

    /**
     * What one read of the socket gives, without ever leaving the processor, so that bytes that were written apart are
     * seen apart more often. They stay to be read.
     *
     * @return the bytes that came now, 1 to 64 KiB
     * @throws AssertionError if the connection ends instead, or nothing comes in time
     */
    public byte[] readBusily() {
        int before = received.readableBytes();
        long deadline = System.nanoTime() + patience.toNanos();
        Received what;
        do {
            what = receive(System.nanoTime());
        } while (what == Received.NOTHING && System.nanoTime() < deadline);
        if (what != Received.BYTES) {
            throw new AssertionError("expected bytes, but there came " + describe(what, patience)
                    + (received.isReadable() ? ", behind " + ByteBufUtil.hexDump(received) : ""));
        }
        return ByteBufUtil.getBytes(received, received.readerIndex() + before, received.readableBytes() - before);
    }

    /**
     * Whether a whole frame has come and was not read yet. The socket is not asked.
     *
     * @return true if the next {@link #readFrame()} need not wait
     */
    public boolean hasFrame() {
        return received.readableBytes() >= FrameHeader.LENGTH_SIZE && received.readableBytes()
                - FrameHeader.LENGTH_SIZE >= received.getUnsignedInt(received.readerIndex());
    }

    /**
     * The next frame, which must be of this type, with FIN and no other flag.
     *
     * @param type the type
     * @return the frame
     * @throws AssertionError if anything else comes, or nothing
     */
    public Frame read(FrameType type) {
        Frame frame = readFrame();
        if (!frame.is(type)) {
            throw new AssertionError("expected " + type + ", but there came " + frame);
        }
        require("flags", FrameHeader.FIN, frame.header().flags(), frame);
        return frame;
    }

    private @Nullable Frame takeFrame() {
        if (received.readableBytes() < FrameHeader.LENGTH_SIZE) {
            return null;
        }
        int size = FrameHeader.LENGTH_SIZE + received.getInt(received.readerIndex());
        if (size < FrameHeader.LENGTH_SIZE + FrameHeader.MIN_LENGTH) {
            throw new AssertionError("expected a LENGTH of " + FrameHeader.MIN_LENGTH
                    + " or more, but there came a frame that begins " + ByteBufUtil.hexDump(received));
        }
        if (size - FrameHeader.LENGTH_SIZE > maxLength) {
            throw new AssertionError("expected a LENGTH of " + maxLength + " or less, but there came a frame of "
                    + (size - FrameHeader.LENGTH_SIZE) + " that begins "
                    + ByteBufUtil
                            .hexDump(received.slice(received.readerIndex(), Math.min(40, received.readableBytes()))));
        }
        if (received.readableBytes() < size) {
            return null;
        }
        ByteBuf frame = received.readSlice(size);
        String hex = ByteBufUtil.hexDump(frame);
        try {
            return new Frame(FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_SIZE)), hex);
        } catch (ProtocolException e) {
            throw malformed("the frame " + hex, e);
        } finally {
            received.discardSomeReadBytes();
        }
    }

    private Received receive(long deadline) {
        try {
            while (true) {
                int read = channel.read(chunk.clear());
                if (read > 0) {
                    received.writeBytes(chunk.flip());
                    return Received.BYTES;
                }
                if (read < 0) {
                    return Received.END_OF_FILE;
                }
                if (!await(SelectionKey.OP_READ, deadline)) {
                    return Received.NOTHING;
                }
            }
        } catch (IOException e) {
            return Received.RESET;
        }
    }

    private boolean await(int operation, long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            return false;
        }
        try (Selector selector = Selector.open()) {
            channel.register(selector, operation);
            selector.select(millis);
        }
        return true;
    }

    private static String describe(Received what, Duration patience) {
        return switch (what) {
            case BYTES -> "bytes";
            case END_OF_FILE -> "the end of the connection";
            case RESET -> "a reset";
            case NOTHING -> "nothing within " + patience;
        };
    }

    // Ending

    /**
     * Closes our sending side: the agent sees a FIN. What it sends can still be read.
     *
     * @return this
     * @throws UncheckedIOException if the connection is closed already
     */
    public Peer halfClose() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /**
     * Ends the connection with a reset, and closes it. TCP only.
     *
     * @throws UncheckedIOException if it is closed already
     * @throws UnsupportedOperationException if it is one to a unix socket
     */
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        close();
    }

    /**
     * Closes the connection. Closing it again does nothing.
     *
     * @throws UncheckedIOException if the socket cannot be closed
     */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
