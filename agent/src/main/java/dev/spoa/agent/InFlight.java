package dev.spoa.agent;

import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The NOTIFYs of one connection that were given to handlers: which still wait for their ACK, how many of their handlers have
 * not ended, and when the next deadline passes. Event loop only.
 */
final class InFlight {
    private final Connection connection;
    private final Dispatcher dispatcher;
    private final AgentContext agent;
    private final PendingTable pending = new PendingTable();
    /** Those of NOTIFYs that were answered in their place are among them. */
    private int handlers;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;

    InFlight(Connection connection, Dispatcher dispatcher, AgentContext agent) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.agent = agent;
    }

    /** Whether one more NOTIFY may be given to a handler. */
    boolean hasRoom() {
        return handlers < agent.limits.notificationsPerConnection();
    }

    /** Whether nothing waits for its ACK. */
    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Notes that an exchange waits for its ACK, and that its handler has not ended. */
    void add(Exchange exchange) {
        handlers++;
        pending.add(exchange);
        if (exchange.hasDeadline() && (timer == null || exchange.expiresAt() - timerAt < 0)) {
            schedule(exchange.expiresAt());
        }
    }

    /** Notes that an exchange is about to be answered. */
    void settle(Exchange exchange) {
        pending.remove(exchange.streamId(), exchange.frameId());
    }

    /** Notes that the handler of an exchange has ended, whether its result counts or not. */
    void handlerEnded() {
        handlers--;
    }

    /** Gives up the NOTIFY with these ids where one is pending: the engine has done so, and uses the ids again. */
    void supersede(long streamId, long frameId) {
        Exchange older = pending.remove(streamId, frameId);
        if (older != null) {
            older.abandon();
            agent.counters.superseded.increment();
        }
    }

    /** Gives up all that is pending: the connection ends. */
    void abandon() {
        cancelTimer();
        pending.drain(Exchange::abandon);
    }

    private void schedule(long at) {
        cancelTimer();
        timerAt = at;
        timer = connection.schedule(this::expire, at - System.nanoTime());
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** One timer serves all that is pending: it runs when the first deadline passes and is set anew for the next. */
    private void expire() {
        timer = null;
        dispatcher.takeCompleted(); // too late to be announced is not too late to be an answer
        long now = System.nanoTime();
        long[] next = {Long.MAX_VALUE};
        pending.forEach(exchange -> {
            if (exchange.hasDeadline()) {
                long left = exchange.expiresAt() - now;
                if (left <= 0) {
                    settle(exchange);
                    dispatcher.expire(exchange);
                } else {
                    next[0] = Math.min(next[0], left);
                }
            }
        });
        if (next[0] != Long.MAX_VALUE) {
            schedule(now + next[0]);
        }
        connection.flush();
    }
}
