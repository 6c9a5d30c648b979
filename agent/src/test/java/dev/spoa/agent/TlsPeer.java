package dev.spoa.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.spoa.engine.raw.Peer;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A connection to an agent by TLS, raw. What is sent at once, up to 16 KiB, is a record of its own. */
final class TlsPeer implements AutoCloseable {
    final SSLSocket socket;

    private TlsPeer(SSLSocket socket) {
        this.socket = socket;
    }

    /** Connects to the first address of an agent; the first bytes that are sent begin with the handshake. */
    static TlsPeer connect(Agent agent, SSLContext client, String... protocols) throws IOException {
        InetSocketAddress address = (InetSocketAddress) Agents.addressOf(agent);
        return above(new Socket(address.getAddress(), address.getPort()), true, client, protocols);
    }

    /** On a connection that it does not end when TLS ends. */
    static TlsPeer above(Socket below, SSLContext client, String... protocols) throws IOException {
        return above(below, false, client, protocols);
    }

    private static TlsPeer above(Socket below, boolean ends, SSLContext client, String... protocols)
            throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(below,
                below.getInetAddress().getHostAddress(), below.getPort(), ends);
        socket.setSoTimeout((int) Peer.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return new TlsPeer(socket);
    }

    /** Connects as one who trusts an authority and has no certificate of its own, or one. */
    static TlsPeer connect(Agent agent, X509Bundle authority, @Nullable X509Bundle own) throws Exception {
        return connect(agent, Certificates.client(authority, own));
    }

    TlsPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The next frame, its LENGTH included. */
    byte[] read() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int length = in.readInt();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        frame.writeBytes(in.readNBytes(length));
        return frame.toByteArray();
    }

    /** The next frame as text of one character for each byte. */
    String readText() throws IOException {
        return new String(read(), ISO_8859_1);
    }

    String exchange(byte[] bytes) throws IOException {
        return send(bytes).readText();
    }

    /**
     * Whether the connection ends here, in order: one that is cut off is an {@link javax.net.ssl.SSLException}, if the JDK
     * is told so when it begins.
     */
    boolean isAtEnd() throws IOException {
        if (!Boolean.getBoolean("com.sun.net.ssl.requireCloseNotify")) {
            throw new IllegalStateException("this test needs -Dcom.sun.net.ssl.requireCloseNotify=true, as in pom.xml");
        }
        return socket.getInputStream().read() < 0;
    }

    /** The certificate that the agent has shown. */
    X509Certificate agent() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
