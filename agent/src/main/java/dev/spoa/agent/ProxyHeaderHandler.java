package dev.spoa.agent;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY header from the beginning of a connection, hands on what comes behind it, and leaves. */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
    private final Connection connection;
    /** The first part of a header that is cut. */
    private @Nullable ByteBuf collected;
    private boolean failed;

    ProxyHeaderHandler(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        ByteBuf in = (ByteBuf) received;
        if (failed) {
            in.release();
            return;
        }
        if (collected != null) {
            in = collected.writeBytes(in);
            ((ByteBuf) received).release();
            collected = null;
        }
        try {
            ProxyHeader header = ProxyHeader.read(in);
            if (header == null) {
                collected = in;
            } else {
                passOn(context, header, in);
            }
        } catch (ProxyHeader.Malformed e) {
            failed = true;
            in.release();
            connection.reject(e.reason);
            // from here, not from the end of the pipeline: TLS would say goodbye to a peer that is owed nothing
            ChannelFuture unused = context.close();
        }
    }

    private void passOn(ChannelHandlerContext context, ProxyHeader header, ByteBuf in) {
        connection.introduced(header.source());
        context.pipeline().remove(this);
        in.skipBytes(header.length());
        if (in.isReadable()) {
            context.fireChannelRead(in);
        } else {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (collected != null) {
            collected.release();
            collected = null;
        }
        context.fireChannelInactive();
    }
}
