package dev.spoa.agent;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What new connections of a listener get their TLS from, kept up to date with its files.
 *
 * <p>
 * The files are read at an interval, by a thread of its own that handlers cannot hold up, and compared by their content.
 * They are small; size, time and inode are cheaper but miss what is replaced within a clock tick or with its old time,
 * and what a symbolic link further up points to; and no event loop waits for a disk. Files that cannot be used are
 * reported only when they are still the same at the next look: certificate and key are usually replaced one after the
 * other.
 */
final class TlsContext implements AutoCloseable {
    private final Tls tls;
    private final AgentLog log;
    private final Lookout lookout;
    private volatile SslContext current;
    private @Nullable TlsFiles latest;
    private String latestProblem = "";
    private String problem = "";
    private boolean reported;

    /** Reads the files for the first time. */
    TlsContext(Tls tls, AgentLog log) {
        this.tls = tls;
        this.log = log;
        this.lookout = new Lookout("spoa-tls-files", tls.reloadInterval().toNanos(), this::look);
        try {
            latest = TlsFiles.read(tls);
            current = latest.context();
        } catch (IOException e) {
            throw new UncheckedIOException("TLS is not possible: " + e.getMessage(), e);
        }
    }

    /** Any thread. */
    SslContext current() {
        return current;
    }

    void watch() {
        lookout.start();
    }

    /** Looks at the files once. For one thread at a time. */
    void look() {
        String found;
        try {
            TlsFiles files = TlsFiles.read(tls);
            if (!files.isSameAs(latest)) {
                latestProblem = use(files);
                latest = files; // only now, so that an Error is no use of them
            }
            found = latestProblem;
        } catch (IOException e) {
            found = String.valueOf(e.getMessage());
        }
        if (!found.equals(problem)) {
            problem = found;
            reported = false;
        } else if (!found.isEmpty() && !reported) {
            reported = true;
            log.tlsKept(found);
        }
    }

    /** Returns what is wrong with the files; empty where nothing is. */
    private String use(TlsFiles files) {
        try {
            current = files.context();
            log.tlsReloaded(tls.certificates());
            return "";
        } catch (IOException | RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        lookout.close();
    }
}
