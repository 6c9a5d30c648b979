package dev.spoa.cli;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent without a library: says HELLO, and what follows a NOTIFY is the test's. */
final class RawAgent implements AutoCloseable {
    /** What follows a NOTIFY. */
    interface Reaction {
        /** Returns what to send; null closes the connection. */
        byte[] to(int connection, FrameHeader notify);
    }

    private final ServerSocket server;
    private final Reaction reaction;
    private final byte[] hello;
    private final AtomicInteger connections = new AtomicInteger();

    RawAgent(String capabilities, Reaction reaction) throws IOException {
        this(hello(capabilities), reaction);
    }

    /** One that answers HELLO with these bytes. */
    RawAgent(byte[] hello, Reaction reaction) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.hello = hello;
        this.reaction = reaction;
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** How many connections there have been. */
    int connections() {
        return connections.get();
    }

    static byte[] ack(FrameHeader notify, byte[] actions) {
        return PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, notify.streamId(), notify.frameId(), actions);
    }

    static byte[] disconnect(StatusCode status) {
        ByteBuf payload = Unpooled.buffer();
        new Disconnect(status).write(payload);
        return PeerBytes.frame(FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0, ByteBufUtil.getBytes(payload));
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                FrameHeader header = FrameHeader.read(Unpooled.wrappedBuffer(frame));
                byte[] answer = header.type() == FrameType.NOTIFY.code() ? reaction.to(number, header) : hello;
                if (answer == null) {
                    return;
                }
                out.write(answer);
            }
        } catch (IOException e) {
            // the end of the connection
        }
    }

    private static byte[] hello(String capabilities) {
        return PeerBytes.frame(FrameType.AGENT_HELLO, FrameHeader.FIN, 0, 0, PeerBytes.join(
                PeerBytes.kv("version", Value.of("2.0")), PeerBytes.kv("max-frame-size", new Value.Uint32(16_380)),
                PeerBytes.kv("capabilities", Value.of(capabilities))));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
