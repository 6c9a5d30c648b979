package dev.spoa.agent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where an agent does the expensive part of TLS handshakes. A HAProxy that is reloaded opens all its connections at once;
 * on the event loops their handshakes, of a millisecond or so each, would hold up everybody's ACKs. Half of the processors
 * at most, so that the other half is left for ACKs. What waits is bounded by {@link Limits#connectionsWithoutHello()}.
 */
final class TlsThreads {
    private static final long IDLE_SECONDS = 10;

    private TlsThreads() {}

    /** Threads are started when there is something to do, and end when there is nothing. */
    static ExecutorService open() {
        int number = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(number, number, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("spoa-tls-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
