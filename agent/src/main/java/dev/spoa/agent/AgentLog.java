package dev.spoa.agent;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent tells its operator of things that a peer or a handler can cause as often as it likes: each kind at most
 * once in ten seconds. What is normal (connections that come and go, health checks, end of file, reset) is at debug
 * level. Safe for any thread.
 */
final class AgentLog {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final Map<FailureKind, RateLimitedLog> failures = new EnumMap<>(FailureKind.class);
    private final RateLimitedLog policy;
    private final RateLimitedLog protocol;
    private final RateLimitedLog disconnects;
    private final RateLimitedLog refusedConnections;
    private final RateLimitedLog rejectedConnections;
    private final RateLimitedLog timeouts;
    private final RateLimitedLog internal;
    private final RateLimitedLog slow;
    private final RateLimitedLog tls;
    private final RateLimitedLog accepting;

    AgentLog(LongSupplier clock) {
        for (FailureKind kind : FailureKind.values()) {
            failures.put(kind, new RateLimitedLog(LOG, clock));
        }
        policy = new RateLimitedLog(LOG, clock);
        protocol = new RateLimitedLog(LOG, clock);
        disconnects = new RateLimitedLog(LOG, clock);
        refusedConnections = new RateLimitedLog(LOG, clock);
        rejectedConnections = new RateLimitedLog(LOG, clock);
        timeouts = new RateLimitedLog(LOG, clock);
        internal = new RateLimitedLog(LOG, clock);
        slow = new RateLimitedLog(LOG, clock);
        tls = new RateLimitedLog(LOG, clock);
        accepting = new RateLimitedLog(LOG, clock);
    }

    void failed(Failure failure) {
        RateLimitedLog log = failures.get(failure.kind());
        if (log != null) {
            log.warn(() -> describe(failure), failure.cause().orElse(null));
        }
    }

    void policyFailed(Failure failure, Throwable cause) {
        policy.warn(() -> "the failure policy itself failed, for: " + describe(failure), cause);
    }

    private static String describe(Failure failure) {
        Notification notify = failure.notification();
        String what = failure.message().map(name -> "message \"" + name + "\"").orElse("a NOTIFY");
        return what + " from " + nameOf(notify.peer()) + ", stream " + Long.toUnsignedString(notify.streamId())
                + ", frame "
                + Long.toUnsignedString(notify.frameId()) + ": " + failure.kind().text()
                + ", answered by the failure policy";
    }

    void protocolError(Connection connection, String what) {
        protocol.warn(() -> nameOf(connection) + ": " + what, null);
    }

    void disconnected(Connection connection, long status, String message) {
        disconnects.warn(() -> nameOf(connection) + ": HAProxy disconnects with status "
                + Long.toUnsignedString(status) + " \"" + message + "\"", null);
    }

    void refused(Connection connection, String limit) {
        refusedConnections.warn(() -> nameOf(connection) + ": closed at once, because " + limit, null);
    }

    void rejected(Connection connection, String why) {
        rejectedConnections.warn(() -> nameOf(connection) + ": not let in: " + why, null);
    }

    void rejected(@Nullable SocketAddress peer, String why) {
        rejectedConnections.warn(() -> (peer == null ? "a peer" : nameOf(peer)) + ": not let in: " + why, null);
    }

    void notAccepted(Listener listener, Throwable cause, int connections) {
        accepting.warn(() -> "cannot accept connections on " + listener + ": " + cause.getMessage()
                + "; new ones wait, and the " + connections + " open connections are served"
                + remedy(String.valueOf(cause.getMessage())), null);
    }

    private static String remedy(String cause) {
        if (cause.contains("Too many open files in system")) {
            return ". The system may open no more files: raise fs.file-max";
        }
        return cause.contains("Too many open files")
                ? ". The process may open no more files: raise its limit (ulimit -n, LimitNOFILE= in a systemd unit)"
                        + " above the number of connections, or lower Limits.connections()"
                : "";
    }

    void tlsReloaded(Path certificates) {
        LOG.info("new connections get the TLS certificate that is now in {}", certificates);
    }

    void tlsKept(String problem) {
        tls.warn(() -> "new TLS files cannot be used, the earlier ones are kept: " + problem, null);
    }

    void timedOut(Connection connection, String what) {
        timeouts.warn(() -> nameOf(connection) + ": closed, because " + what, null);
    }

    void internalError(Connection connection, Throwable cause) {
        internal.warn(() -> nameOf(connection) + ": closed, because of an error in the agent itself", cause);
    }

    void slow(String message, SocketAddress peer, long millis, boolean isOver) {
        slow.warn(() -> "message \"" + message + "\" from " + nameOf(peer) + ": its handler "
                + (isOver ? "took " + millis + " ms" : "has not ended after " + millis + " ms"), null);
    }

    void debug(String text, SocketAddress peer, Object what) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(text, nameOf(peer), what);
        }
    }

    private static String nameOf(Connection connection) {
        SocketAddress proxy = connection.proxy();
        return nameOf(connection.peer()) + (proxy == null ? "" : " (by " + nameOf(proxy) + ")");
    }

    /** The other end of a unix socket has no name of its own. */
    private static String nameOf(SocketAddress peer) {
        String name = peer.toString();
        return name.isEmpty() ? "unix socket" : name;
    }
}
