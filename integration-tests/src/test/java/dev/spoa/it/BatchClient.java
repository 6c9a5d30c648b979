package dev.spoa.it;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Connections that each send a batch of small NOTIFYs in one piece, and the next one when all ACKs have come. The pieces may be
 * cut in the middle of a NOTIFY.
 */
final class BatchClient implements AutoCloseable {
    /** Of one connection. */
    static final int BATCH = 20;
    /** Of one NOTIFY: one message with one IPV4 argument. */
    static final int PAYLOAD = 27;

    private static final int PATIENCE_SECONDS = 60;
    /** getsockopt(IPPROTO_TCP, TCP_INFO), and where tcpi_data_segs_in is in what it gives. */
    private static final RawUnixChannelOption TCP_INFO = new RawUnixChannelOption("TCP_INFO", 6, 11, 160);
    private static final int DATA_SEGMENTS_IN = 152;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<EpollSocketChannel> channels = new ArrayList<>();
    private final Semaphore acks = new Semaphore(0);
    private final ByteBuf batch;

    BatchClient(SocketAddress agent, int connections) throws InterruptedException {
        this(agent, connections, 0);
    }

    /** With so many bytes of the next NOTIFY at the end of each piece. */
    BatchClient(SocketAddress agent, int connections, int early) throws InterruptedException {
        byte[] payload = PeerBytes.message("get-ip-reputation", new Argument("ip", new Value.Ipv4(0xC000_0263)));
        byte[][] notifies = new byte[BATCH][];
        for (int i = 0; i < BATCH; i++) {
            notifies[i] = PeerBytes.frame(FrameType.NOTIFY, FrameHeader.FIN, i, 1, payload);
        }
        byte[] whole = PeerBytes.join(notifies);
        batch = Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(whole, early, whole.length - early)
                .writeBytes(whole, 0, early));
        for (int i = 0; i < connections; i++) {
            EpollSocketChannel channel = (EpollSocketChannel) new Bootstrap().group(group)
                    .channel(EpollSocketChannel.class).handler(new Counting()).connect(agent).sync().channel();
            channels.add(channel);
            channel.writeAndFlush(Unpooled.wrappedBuffer(PeerBytes.muxHello())).sync();
        }
        await(connections);
        for (EpollSocketChannel channel : channels) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(whole, 0, early)).sync();
        }
    }

    /** Has so many batches answered on every connection. */
    void send(int batches) throws InterruptedException {
        for (int i = 0; i < batches; i++) {
            for (EpollSocketChannel channel : channels) {
                ChannelFuture unused = channel.writeAndFlush(batch.duplicate(), channel.voidPromise());
            }
            await(BATCH * channels.size());
        }
    }

    private void await(int frames) throws InterruptedException {
        if (!acks.tryAcquire(frames, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not all of " + frames + " frames have come");
        }
    }

    /** How many segments with data have come on all connections: the kernel makes one of each write to a socket. */
    long segments() {
        return channels.stream().mapToLong(BatchClient::segments).sum();
    }

    private static long segments(EpollSocketChannel channel) {
        ByteBuffer info = Objects.requireNonNull(channel.config().getOption(TCP_INFO)).order(ByteOrder.nativeOrder());
        return Integer.toUnsignedLong(info.getInt(DATA_SEGMENTS_IN));
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        batch.unwrap().release();
    }

    /** Counts the frames that come. */
    private final class Counting extends SimpleChannelInboundHandler<ByteBuf> {
        private final ByteBuf rest = Unpooled.buffer();

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
            rest.writeBytes(in);
            int frames = 0;
            while (rest.readableBytes() >= FrameHeader.LENGTH_SIZE
                    && rest.readableBytes() >= FrameHeader.LENGTH_SIZE + rest.getInt(rest.readerIndex())) {
                rest.skipBytes(FrameHeader.LENGTH_SIZE + rest.getInt(rest.readerIndex()));
                frames++;
            }
            rest.discardReadBytes();
            acks.release(frames);
        }
    }
}
