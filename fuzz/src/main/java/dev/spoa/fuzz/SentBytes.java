package dev.spoa.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;

/** What the code on one side of a connection has written. */
public final class SentBytes {
    private byte[] bytes = new byte[1_024];
    private int size;

    /** For one connection. */
    public SentBytes() {}

    /**
     * Takes what a channel has flushed since, and releases it.
     *
     * @param channel the channel
     */
    public void takeFrom(EmbeddedChannel channel) {
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            add(sent);
            sent.release();
        }
    }

    private void add(ByteBuf sent) {
        int more = sent.readableBytes();
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
        sent.readBytes(bytes, size, more);
        size += more;
    }

    /**
     * All of it.
     *
     * @return a copy
     */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }
}
