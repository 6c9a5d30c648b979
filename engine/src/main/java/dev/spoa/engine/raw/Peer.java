package dev.spoa.engine.raw;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.ActionList;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameText;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.MessageList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
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
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an engine, raw: it sends whatever bytes it is told, and reads frames. Every call blocks for at most
 * its patience, which is {@link #PATIENCE} unless it is told otherwise; then, and when something else comes than what was expected, it fails
 * with an {@link AssertionError} that says what came. For one thread at a time. It uses no pooled buffers.
 */
public final class Peer implements AutoCloseable {
    /** How long anything is waited for: far above what an agent ever takes. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The {@code max-frame-size} of every HELLO here that is not told another one. */
    public static final int MAX_FRAME_SIZE = 16_380;
    /** The engine-id of {@link #legacyHello()} and {@link #muxHello()}. */
    public static final String ENGINE_ID = "01234567-89ab-4cde-8f01-23456789abcd";

    private static final String VERSIONS_AND_SIZE = "12 737570706f727465642d76657273696f6e73 08 03 322e30"
            + "0e 6d61782d6672616d652d73697a65 03 fcf006";
    private static final String ENGINE_ID_KEY = "09 656e67696e652d6964 08 24";

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
        /** A frame of these bytes, LENGTH included. */
        public static Frame of(byte[] bytes) {
            return new Frame(FrameHeader.read(Unpooled.wrappedBuffer(bytes).skipBytes(FrameHeader.LENGTH_SIZE)),
                    Peer.hex(bytes));
        }

        /** The payload, in a buffer that need not be released. */
        public ByteBuf payload() {
            ByteBuf frame = Unpooled.wrappedBuffer(bytes(hex)).skipBytes(FrameHeader.LENGTH_SIZE);
            FrameHeader.read(frame);
            return frame;
        }

        /** LENGTH: the size of the frame without its first four bytes. */
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
            return FrameText.of(bytes(hex)).line() + flags + " " + (hex.length() > SHOWN_DIGITS
                    ? hex.substring(0, SHOWN_DIGITS) + "... of " + length() + " bytes"
                    : hex);
        }
    }

    /** An ACK. */
    public record Ack(long streamId, long frameId, List<Action> actions) {}

    private enum Received {
        BYTES, END_OF_FILE, RESET, NOTHING
    }

    // Connecting

    /** Connects over TCP or to a unix socket, and says nothing. */
    public static Peer connect(SocketAddress address) {
        return connect(address, 0);
    }

    /** Connects with a receive buffer of about so many bytes; 0 is the system's default. */
    public static Peer connect(SocketAddress address, int receiveBuffer) {
        return connect(address, receiveBuffer, PATIENCE);
    }

    /** Connects, and every call will wait for so long at most. */
    public static Peer connect(SocketAddress address, int receiveBuffer, Duration patience) {
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

    /** Connects as HAProxy up to 3.0 and completes the HELLO. */
    public static Peer legacy(SocketAddress address) {
        return connect(address).hello(legacyHello());
    }

    /** Connects as HAProxy from 3.1 on and completes the HELLO. */
    public static Peer mux(SocketAddress address) {
        return connect(address).hello(muxHello());
    }

    /** Sends a HELLO and takes the AGENT-HELLO that must follow, as an engine that insists on no more than it needs. */
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

    /** What the agent has answered to {@link #hello}. */
    public AgentHello.Found offer() {
        if (offer == null) {
            throw new IllegalStateException("no HELLO was said on this connection");
        }
        return offer;
    }

    /** The largest LENGTH that was agreed on in {@link #hello}; a frame that is larger is an error from then on. */
    public int maxLength() {
        return maxLength;
    }

    // Bytes to send

    /** Blanks mean nothing. */
    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static byte[] join(byte[]... parts) {
        return written(out -> {
            for (byte[] part : parts) {
                out.writeBytes(part);
            }
        });
    }

    /** The HELLO of HAProxy up to 3.0, 133 bytes (section 1.5). */
    public static byte[] legacyHello() {
        return bytes("00000081 01 00000001 00 00" + VERSIONS_AND_SIZE
                + "0c 6361706162696c6974696573 08 10 706970656c696e696e672c6173796e63" + ENGINE_ID_KEY
                + hex(ENGINE_ID.getBytes(UTF_8)));
    }

    /** The HELLO of HAProxy from 3.1 on, 127 bytes (section 1.5). */
    public static byte[] muxHello() {
        return bytes("0000007b 01 00000001 00 00" + VERSIONS_AND_SIZE
                + "0c 6361706162696c6974696573 08 0a 706970656c696e696e67" + ENGINE_ID_KEY
                + hex(ENGINE_ID.getBytes(UTF_8)));
    }

    /** The HELLO of a health check, 82 bytes (section 1.5). */
    public static byte[] healthCheck() {
        return bytes("0000004e 01 00000001 00 00" + VERSIONS_AND_SIZE
                + "0c 6361706162696c6974696573 08 00 0b 6865616c7468636865636b 11");
    }

    /** A HELLO that offers pipelining and a max-frame-size. */
    public static byte[] hello(long maxFrameSize) {
        return hello(kv("supported-versions", Value.of("2.0")),
                kv("max-frame-size", new Value.Uint32(maxFrameSize)), kv("capabilities", Value.of("pipelining")),
                kv("engine-id", Value.of(ENGINE_ID)));
    }

    /** A HELLO of any pairs. */
    public static byte[] hello(byte[]... pairs) {
        return frame(FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0, join(pairs));
    }

    /** One pair of a KV-LIST. */
    public static byte[] kv(String key, Value value) {
        return written(out -> {
            WireString.write(out, key);
            TypedData.write(out, value);
        });
    }

    public static byte[] varint(long value) {
        return written(out -> Varint.write(out, value));
    }

    public static byte[] frame(FrameType type, int flags, long streamId, long frameId, byte[] payload) {
        return frame(type.code(), flags, streamId, frameId, payload);
    }

    /** A frame of any type. */
    public static byte[] frame(int type, int flags, long streamId, long frameId, byte[] payload) {
        return written(out -> {
            out.writeInt(FrameHeader.size(streamId, frameId) + payload.length).writeByte(type).writeInt(flags);
            Varint.write(out, streamId);
            Varint.write(out, frameId);
            out.writeBytes(payload);
        });
    }

    /** A whole NOTIFY with any number of {@link #message messages}. */
    public static byte[] notify(long streamId, long frameId, byte[]... messages) {
        return frame(FrameType.NOTIFY, FrameHeader.FIN, streamId, frameId, join(messages));
    }

    public static byte[] message(String name, Argument... arguments) {
        return written(out -> MessageList.write(out, name, List.of(arguments)));
    }

    public static Argument arg(String name, Value value) {
        return new Argument(name, value);
    }

    public static byte[] disconnect(StatusCode status) {
        return frame(FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0,
                written(new Disconnect(status)::write));
    }

    private static byte[] written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }

    // Sending

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

    /** Sends as much as the agent takes until it ends the connection. */
    public Peer sendWhileOpen(byte[] bytes) {
        try {
            return send(bytes);
        } catch (UncheckedIOException e) {
            return this;
        }
    }

    public Peer sendHex(String hex) {
        return send(bytes(hex));
    }

    /**
     * Sends bytes in pieces.
     *
     * @param between runs after each piece but the last, for instance to wait until the agent has read it
     * @param cuts where each piece but the first begins, ascending
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

    /** Sends a NOTIFY with one message. */
    public Peer sendNotify(long streamId, long frameId, String message, Argument... arguments) {
        return send(notify(streamId, frameId, message(message, arguments)));
    }

    public Peer sendDisconnect(StatusCode status) {
        return send(disconnect(status));
    }

    // Reading

    /** The next frame. */
    public Frame readFrame() {
        return readFrame(patience);
    }

    /** The next frame, waited for no longer than so long. */
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

    /** The AGENT-HELLO that must come next. */
    public AgentHello readHello() {
        Frame frame = read(FrameType.AGENT_HELLO);
        require("stream-id", 0, frame.header().streamId(), frame);
        require("frame-id", 0, frame.header().frameId(), frame);
        return AgentHello.read(frame.payload());
    }

    /** The ACK that must come next, read as strictly as can be. */
    public Ack readAck() {
        return ack(read(FrameType.ACK));
    }

    /** The ACK that must come next, with the ids that it must have. */
    public List<Action> readAck(long streamId, long frameId) {
        Ack ack = readAck();
        require("stream-id", streamId, ack.streamId(), ack);
        require("frame-id", frameId, ack.frameId(), ack);
        return ack.actions();
    }

    /** So many ACKs, in the order in which they come. */
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
            throw new AssertionError("byte " + e.index() + ": " + e.getMessage() + "; there came " + frame, e);
        }
    }

    /** An AGENT-DISCONNECT with this status, and the end of the connection behind it. */
    public void expectDisconnect(StatusCode status) {
        Frame frame = read(FrameType.AGENT_DISCONNECT);
        require("stream-id", 0, frame.header().streamId(), frame);
        require("frame-id", 0, frame.header().frameId(), frame);
        Disconnect expected = new Disconnect(status);
        if (!Disconnect.read(frame.payload()).equals(expected)) {
            throw new AssertionError("expected " + expected + ", but there came " + frame);
        }
        expectEof();
    }

    /** The end of the connection by a FIN, and nothing before it. */
    public void expectEof() {
        expectEnd(Received.END_OF_FILE);
    }

    /** The end of the connection, by a FIN or a reset, and nothing before it. */
    public void expectClosed() {
        expectEnd(Received.END_OF_FILE, Received.RESET);
    }

    /** Whether the connection has ended, waited for no longer than so long. What else came stays to be read. */
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

    /** Whether any byte has come, waited for no longer than so long; false if the connection has ended, too. */
    public boolean speaksWithin(Duration patience) {
        return received.isReadable() || receive(System.nanoTime() + patience.toNanos()) == Received.BYTES;
    }

    /** Whether any byte has come, or the connection has ended, waited for no longer than so long. */
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

    /** What one read of the socket gives: waits until there are some bytes and takes those that are there. */
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
     * The same, but without ever leaving the processor, so that bytes that were written apart are seen apart more often,
     * and they stay to be read.
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

    /** Whether a whole frame has come and was not read yet. */
    public boolean hasFrame() {
        return received.readableBytes() >= FrameHeader.LENGTH_SIZE && received.readableBytes()
                - FrameHeader.LENGTH_SIZE >= received.getUnsignedInt(received.readerIndex());
    }

    /** The next frame, which must be of this type, with FIN and no other flag. */
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
        FrameHeader header = FrameHeader.read(frame.skipBytes(FrameHeader.LENGTH_SIZE));
        received.discardSomeReadBytes();
        return new Frame(header, hex);
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

    /** Closes our sending side: the agent sees a FIN. */
    public Peer halfClose() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Ends the TCP connection with a reset. */
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        close();
    }

    /** Closes the connection. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
