package dev.spoa.it;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
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

/**
 * Stands between an engine and an agent, passes everything on until it is told otherwise, and keeps what the engine has
 * sent.
 */
final class WireTap implements AutoCloseable {
    private final SocketAddress agent;
    private final ServerSocket server;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile boolean isCutting;

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

    /** From now on the agent gets half of the next frame after HELLO on each connection, and then nothing more. */
    void cutFrames() {
        isCutting = true;
    }

    /** On how many connections the agent has half a frame. */
    long cut() {
        return lines.stream().filter(line -> line.isCut).count();
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

    private final class Line {
        private final Socket toEngine;
        private final Socket toAgent;
        private final ByteBuf sent = Unpooled.buffer();
        private int passed;
        private volatile boolean isCut;

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
                        keepAndPass(chunk, read, out);
                    } else {
                        out.write(chunk, 0, read);
                    }
                }
            } catch (IOException e) {
                // a reset is an end, too
            }
        }

        private void keepAndPass(byte[] chunk, int read, OutputStream out) throws IOException {
            byte[] share;
            synchronized (sent) {
                sent.writeBytes(chunk, 0, read);
                share = new byte[Math.max(0, (isCutting ? cutAt() : sent.writerIndex()) - passed)];
                sent.getBytes(passed, share);
                passed += share.length;
            }
            out.write(share);
        }

        /** The middle of the first frame that the agent does not have yet, or the end of what has come of it. */
        private int cutAt() {
            int start = 0;
            while (sent.writerIndex() > start + FrameHeader.LENGTH_SIZE) {
                int size = FrameHeader.LENGTH_SIZE + sent.getInt(start);
                int type = sent.getUnsignedByte(start + FrameHeader.LENGTH_SIZE);
                if (start + size > passed && type != FrameType.HAPROXY_HELLO.code()) {
                    int middle = start + size / 2;
                    isCut |= sent.writerIndex() >= middle;
                    return Math.min(middle, sent.writerIndex());
                }
                start += size;
            }
            return Math.min(start, sent.writerIndex());
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
