package dev.spoa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An agent whose every byte the test says: it accepts one connection at a time. */
final class ScriptedAgent implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /** {@code version} 2.0, {@code max-frame-size} 16380, {@code pipelining} (section 1.5). */
    static final String HELLO = "00000040 65 00000001 0000 0776657273696f6e 0803322e30"
            + "0e6d61782d6672616d652d73697a65 03fcf006 0c6361706162696c6974696573 080a706970656c696e696e67";

    private final ServerSocket server;
    private Socket socket = new Socket();

    ScriptedAgent() {
        try {
            server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            server.setSoTimeout((int) PATIENCE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SocketAddress address() {
        return server.getLocalSocketAddress();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Connects an engine and answers its HELLO with these bytes. */
    Engine connect(EngineBuilder builder, String hello) {
        CompletableFuture<Engine> engine = builder.connectAsync(address());
        accept();
        assertThat(readFrame()).startsWith("01");
        send(hello);
        return result(engine);
    }

    Engine connect(EngineBuilder builder) {
        return connect(builder, HELLO);
    }

    /** How the agent's HELLO fails an engine. */
    EngineException refusal(EngineBuilder builder, byte[] hello) {
        CompletableFuture<Engine> engine = builder.connectAsync(address());
        accept();
        readFrame();
        send(hello);
        return failure(engine);
    }

    void accept() {
        try {
            socket = server.accept();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) PATIENCE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame in hexadecimal digits, without LENGTH. */
    String readFrame() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return PeerBytes.hex(frame);
        } catch (IOException e) {
            throw new UncheckedIOException("no frame came", e);
        }
    }

    /** The frame that must come next, whole and with LENGTH. */
    void expect(String hex) {
        String frame = readFrame();
        assertThat(String.format("%08x", frame.length() / 2) + frame).isEqualTo(hex.replace(" ", ""));
    }

    /** HAPROXY-DISCONNECT with this status. */
    void expectDisconnect(int status) {
        assertThat(readFrame()).startsWith("0200000001" + "0000" + "0b7374617475732d636f646503"
                + String.format("%02x", status) + "076d657373616765");
    }

    void expectEnd() {
        try {
            assertThat(socket.getInputStream().read()).as("what follows").isEqualTo(-1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection has not ended within " + PATIENCE, e);
        } catch (IOException e) {
            // a reset is an end, too
        }
    }

    /** Nothing is on its way; true of a connection on which the last thing sent was answered already. */
    void expectNothing() {
        try {
            assertThat(socket.getInputStream().available()).as("bytes that came").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String hex) {
        send(PeerBytes.bytes(hex));
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void ack(long streamId, long frameId, String actions) {
        send(PeerBytes.frame(FrameType.ACK, FrameHeader.FIN, streamId, frameId, PeerBytes.bytes(actions)));
    }

    void disconnect(long status) {
        send(PeerBytes.frame(FrameType.AGENT_DISCONNECT, FrameHeader.FIN, 0, 0, PeerBytes.join(
                PeerBytes.kv("status-code", new Value.Uint32(status)), PeerBytes.kv("message", Value.of("so it is")))));
    }

    void endConnection() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError("expected a result", e);
        }
    }

    static EngineException failure(CompletableFuture<?> future) {
        try {
            Object result = future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("expected a failure, but there is " + result);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException cause) {
                return cause;
            }
            throw new AssertionError("expected an EngineException", e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("expected a failure", e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
