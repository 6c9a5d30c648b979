package dev.spoa.conformance.proxy;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One direction of a proxied connection. Without a {@link Mutator} bytes go on as they come. */
final class Pipe implements Runnable, Mutator.Output {
    private final SocketChannel from;
    private final SocketChannel to;
    private final @Nullable Mutator mutator;
    private final FrameCutter cutter = new FrameCutter();
    private final ByteBuffer chunk = ByteBuffer.allocate(64 * 1_024);

    Pipe(SocketChannel from, SocketChannel to, @Nullable Mutator mutator) {
        this.from = from;
        this.to = to;
        this.mutator = mutator;
    }

    /** Ends when the one side ends: a FIN becomes a FIN, and a reset a reset. */
    @Override
    public void run() {
        try {
            to.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (from.read(chunk.clear()) >= 0) {
                pass(Arrays.copyOf(chunk.array(), chunk.position()));
            }
            if (mutator != null) {
                mutator.end(this);
                write(cutter.rest(true));
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset();
        }
    }

    private void pass(byte[] bytes) throws IOException {
        if (mutator == null) {
            write(bytes);
            return;
        }
        for (byte[] frame : cutter.cut(bytes)) {
            mutator.frame(frame, this);
        }
        write(cutter.rest(false));
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            to.write(left);
        }
    }

    @Override
    public void pause() throws IOException {
        try {
            Thread.sleep(FaultProxy.DELAY);
        } catch (InterruptedException e) {
            throw new IOException("the proxy is closed", e);
        }
    }

    private void reset() {
        try (from; to) {
            to.setOption(StandardSocketOptions.SO_LINGER, 0);
            from.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // Closed already.
        }
    }
}
