package dev.spoa.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;

/** A socket that can keep what is written to it for a while, to send all of it in one segment. */
final class HeldSocket extends Socket {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private volatile boolean holds;

    HeldSocket(SocketAddress address) throws IOException {
        super(((InetSocketAddress) address).getAddress(), ((InetSocketAddress) address).getPort());
        setTcpNoDelay(true);
    }

    void hold() {
        holds = true;
    }

    void release() throws IOException {
        holds = false;
        super.getOutputStream().write(kept.toByteArray());
        kept.reset();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = super.getOutputStream();
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (holds) {
                    kept.write(bytes, offset, length);
                } else {
                    out.write(bytes, offset, length);
                }
            }
        };
    }
}
