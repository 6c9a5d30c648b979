package dev.spoa.it;

import dev.spoa.protocol.wire.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between an engine and an agent, passes everything on, and keeps what the engine has sent. */
final class WireTap implements AutoCloseable {
    private final SocketAddress agent;
    private final ServerSocket server;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** A frame that the engine has sent, all in hexadecimal digits. */
    record Frame(int type, int flags, String ids, String payload) {}

    WireTap(SocketAddress agent) {
        this.agent = agent;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** What came on the connection that was opened as this one, from 0 on; whole frames only. */
    List<Frame> framesOf(int connection) {
        return lines.get(connection).frames();
    }

    int connections() {
        return lines.size();
    }

    private void accept() {
        try {
            while (true) {
                Line line = new Line(server.accept(), new Socket());
                line.toAgent.connect(agent);
                lines.add(line);
                Thread.ofVirtual().start(() -> line.pass(line.toEngine, line.toAgent, true));
                Thread.ofVirtual().start(() -> line.pass(line.toAgent, line.toEngine, false));
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Line line : lines) {
                line.toEngine.close();
                line.toAgent.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Line {
        private final Socket toEngine;
        private final Socket toAgent;
        private final ByteBuf sent = Unpooled.buffer();

        Line(Socket toEngine, Socket toAgent) throws IOException {
            this.toEngine = toEngine;
            this.toAgent = toAgent;
            toEngine.setTcpNoDelay(true);
            toAgent.setTcpNoDelay(true);
        }

        void pass(Socket from, Socket to, boolean isKept) {
            byte[] chunk = new byte[65_536];
            try (from; to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    if (isKept) {
                        synchronized (sent) {
                            sent.writeBytes(chunk, 0, read);
                        }
                    }
                    out.write(chunk, 0, read);
                }
            } catch (IOException e) {
                // a reset is an end, too
            }
        }

        List<Frame> frames() {
            synchronized (sent) {
                List<Frame> frames = new ArrayList<>();
                ByteBuf left = sent.duplicate();
                while (left.readableBytes() >= FrameHeader.LENGTH_SIZE
                        && left.readableBytes() >= FrameHeader.LENGTH_SIZE + left.getInt(left.readerIndex())) {
                    ByteBuf frame = left.readSlice(left.readInt());
                    FrameHeader header = FrameHeader.read(frame);
                    String ids = Long.toUnsignedString(header.streamId()) + "/"
                            + Long.toUnsignedString(header.frameId());
                    frames.add(new Frame(header.type(), header.flags(), ids, ByteBufUtil.hexDump(frame)));
                }
                return frames;
            }
        }
    }
}
