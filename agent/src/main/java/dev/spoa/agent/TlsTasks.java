package dev.spoa.agent;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Takes the tasks of one connection's TLS handshake to {@link TlsThreads}, and those of a second handshake, by which a
 * peer of TLS 1.2 could have one private key operation after the other and block its ACKs in the middle, nowhere. No
 * other tasks come after the first handshake: keys of TLS 1.3 are updated without. Event loop only.
 */
final class TlsTasks implements Executor {
    /** There is a second handshake. */
    static final class Renegotiation extends RejectedExecutionException {
        private static final long serialVersionUID = 1;
    }

    private final Executor threads;
    private boolean ended;

    TlsTasks(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new Renegotiation();
        }
        threads.execute(task);
    }

    /** The handshake is complete. */
    void end() {
        ended = true;
    }
}
