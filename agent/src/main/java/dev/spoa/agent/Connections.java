package dev.spoa.agent;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The open connections of an agent. Safe for any thread; touched only when a connection comes, goes, or all must go. */
final class Connections {
    private final int limit;
    private final Set<Connection> open = new HashSet<>();
    private boolean draining;
    private volatile boolean leaving;

    Connections(int limit) {
        this.limit = limit;
    }

    /** Takes a connection on, unless there are too many. */
    synchronized boolean add(Connection connection) {
        return open.size() < limit && open.add(connection);
    }

    synchronized void remove(Connection connection) {
        if (open.remove(connection) && open.isEmpty()) {
            notifyAll();
        }
    }

    synchronized int size() {
        return open.size();
    }

    synchronized boolean isDraining() {
        return draining;
    }

    /** From now on health checks are told so. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** From now on connections are to end as soon as nothing is pending on them. */
    synchronized List<Connection> drain() {
        leaving = true;
        draining = true;
        return List.copyOf(open);
    }

    /**
     * Waits until no connection is open.
     *
     * @return those that are left when the time is over
     */
    synchronized List<Connection> awaitEmpty(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; !open.isEmpty() && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return List.copyOf(open);
    }
}
