package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which handlers a NOTIFY goes to and on which thread they run, and makes sure that one ACK comes of it whatever
 * they do. There is one for each event loop, and unless said otherwise everything here happens on that loop.
 *
 * <p>
 * A NOTIFY is walked through once before anything else, which checks its form to the last byte and finds the routes of
 * its messages. If all handlers are inline ones, they run at once and encode their actions straight into the bytes
 * that go out. Otherwise the payload, in bytes that nothing else is written to, becomes an {@link Exchange}, which comes back through {@link Completions}.
 */
final class Dispatcher {
    /** What one NOTIFY with nothing but failing messages may cost us, and the log. */
    private static final int MAX_REFUSALS = 256;
    /** As many as are seldom at work at once; more are made, and end, as they are needed. */
    private static final int IDLE_THREADS = 32;
    /** A NOTIFY may have thousands, but seldom has more than one. */
    private static final int FEW_MESSAGES = 16;

    private final AgentContext agent;
    private final Completions completions;
    private final HandlerWatch watch;
    private final EventLoop eventLoop;
    private final HandlerThreads threads;
    private final Runnable startHandlers = this::startHandlers;
    private boolean startDue;
    /** Connections that have something to write after a batch of completions. */
    private final List<Connection> unflushed = new ArrayList<>();

    /** Of the connections of this loop. */
    private final NotifyRun run = new NotifyRun();
    private final AckBytes ackBytes = new AckBytes();
    private final LoopBuffers.Receiving receiveBuffer = new LoopBuffers.Receiving();
    /** What was not added to the counters yet: these are shared by all loops, and not cheap to add to. */
    private long notified;
    private long acked;

    /** What serves one NOTIFY after the other. */
    private @Nullable Route[] routes = new Route[FEW_MESSAGES];
    private int messages;
    private final ReceivedNotify notify = new ReceivedNotify();
    private final List<Exchange.Refusal> refusals = new ArrayList<>();
    private @Nullable MessageView message;
    private @Nullable ReplyBuffer reply;

    Dispatcher(AgentContext agent, EventLoop eventLoop) {
        this(agent, eventLoop, virtualThreads(), IDLE_THREADS);
    }

    /** One is started now: a class that cannot be initialised for want of memory never can again. */
    private static ThreadFactory virtualThreads() {
        ThreadFactory threads =
                Thread.ofVirtual().name("spoa-handler").inheritInheritableThreadLocals(false).factory();
        threads.newThread(() -> {
        }).start();
        return threads;
    }

    /** With other threads for handlers that may block, of which so many stay when there is nothing to do. */
    Dispatcher(AgentContext agent, EventLoop eventLoop, ThreadFactory threads, int idleThreads) {
        this.agent = agent;
        this.eventLoop = eventLoop;
        this.completions = new Completions(eventLoop, this::takeBack, this::flush);
        this.threads = new HandlerThreads(threads, completions, agent.slowHandlers::exactly, idleThreads);
        this.watch = agent.slowHandlers.watch(eventLoop);
    }

    /** Any thread: an exchange has come to an end, or at a stage of it. */
    void completed(Exchange exchange) {
        completions.push(exchange);
    }

    NotifyRun run() {
        return run;
    }

    LoopBuffers.Receiving receiveBuffer() {
        return receiveBuffer;
    }

    AckBytes ackBytes() {
        return ackBytes;
    }

    /** Adds to the counters what has happened since the last time. */
    void count() {
        if (notified > 0) {
            agent.counters.notifications.add(notified);
            notified = 0;
        }
        if (acked > 0) {
            agent.counters.acks.add(acked);
            acked = 0;
        }
    }

    /**
     * Answers a NOTIFY, or sees to it that it will be.
     *
     * @param in has its whole payload
     * @param start where that begins
     * @param end where it ends
     * @param own whether the array is used for nothing else, so that handlers may keep it; otherwise it is valid until this
     *        returns
     * @throws dev.spoa.protocol.ProtocolException if the payload is malformed; no handler has been called then
     */
    void dispatch(Connection connection, long streamId, long frameId, byte[] in, int start, int end, boolean own) {
        Route.Kind kind = Route.Kind.INLINE;
        long deadline = 0;
        MessageView message = message();
        messages = 0;
        int at = start;
        while (at < end) {
            at = message.read(in, at, end);
            Route route = agent.routes.find(in, message.nameIndex(), message.nameLength());
            add(route);
            if (route != null) {
                kind = route.kind.compareTo(kind) > 0 ? route.kind : kind;
                deadline = shorter(deadline, route.deadlineNanos);
            }
        }
        notified++;
        connection.inFlight().supersede(streamId, frameId);
        if (kind == Route.Kind.INLINE) {
            notify.open(connection, streamId, frameId, connection.readTime(), 0);
            answerInline(connection, in, start, end);
        } else if (connection.inFlight().hasRoom() && agent.hasRoomFor(end - start) && routesHaveRoom()) {
            Exchange exchange = own
                    ? exchange(connection, streamId, frameId, in, start, end)
                    : exchange(connection, streamId, frameId, Arrays.copyOfRange(in, start, end), 0, end - start);
            exchange.open(connection, streamId, frameId, connection.readTime(), deadline);
            if (kind == Route.Kind.BLOCKING) {
                if (admit(exchange)) {
                    start(exchange);
                }
            } else {
                step(exchange, () -> ask(exchange));
            }
        } else {
            notify.open(connection, streamId, frameId, connection.readTime(), 0);
            refuse(notify, FailureKind.OVERLOAD, policy());
        }
    }

    private void add(@Nullable Route route) {
        if (messages == routes.length) {
            routes = Arrays.copyOf(routes, 2 * messages);
        }
        routes[messages++] = route;
    }

    /** A failure of a whole NOTIFY is a matter of its first message. */
    private FailurePolicy policy() {
        return policyOf(routes, messages);
    }

    /**
     * Asks asynchronous handlers. Many have completed their stage when they return it. So a NOTIFY of one message is admitted
     * only if it has not, where there is so much room that it is certain to be admitted then.
     *
     * @return whether all have answered
     */
    private boolean ask(Exchange exchange) {
        Route first = routes[0];
        if (messages == 1 && first != null && agent.hasAmpleRoom(first)) {
            boolean answered = exchange.advance();
            if (!answered && !admit(exchange)) {
                exchange.abandon();
            }
            return answered;
        }
        return admit(exchange) && exchange.advance();
    }

    /** Ends an exchange when a step of it says so. An error that is ours costs the connection, but no place in flight. */
    private void step(Exchange exchange, BooleanSupplier lastStep) {
        try {
            if (lastStep.getAsBoolean()) {
                end(exchange);
            }
        } catch (RuntimeException | Error e) {
            release(exchange);
            exchange.abandon();
            exchange.connection().fail(e);
        }
    }

    /** The threads begin when everything was read that has come in this turn of the loop, so they are woken once for it. */
    private void start(Exchange exchange) {
        exchange.leaveToThread();
        threads.add(exchange);
        if (!startDue) {
            startDue = true;
            try {
                eventLoop.execute(startHandlers);
            } catch (OutOfMemoryError | RejectedExecutionException e) {
                startHandlers();
            }
        }
    }

    private void startHandlers() {
        startDue = false;
        takeCompleted();
        try {
            threads.start();
        } catch (RuntimeException | Error e) {
            // no memory for one more thread: what waits is answered all the same
            for (Exchange next = threads.withdraw(); next != null; next = threads.withdraw()) {
                refuse(next, e);
            }
            flush();
        }
    }

    private void refuse(Exchange exchange, Throwable noThread) {
        try {
            exchange.add(new Exchange.Refusal(policyOf(exchange),
                    new Failure(FailureKind.OVERLOAD, Optional.empty(), Optional.of(noThread), exchange)));
            takeBack(exchange);
        } catch (RuntimeException | Error e) {
            release(exchange);
            exchange.connection().fail(e);
        }
    }

    /** Takes what handlers have completed, also if they have not said so yet because they go on with others. */
    void takeCompleted() {
        completions.drain();
    }

    /** After the event loop has ended. */
    void close() {
        threads.close();
    }

    private static long shorter(long deadline, long other) {
        return deadline == 0 || (other != 0 && other < deadline) ? other : deadline;
    }

    private void answerInline(Connection connection, byte[] in, int start, int end) {
        AckWriter acks = connection.acks();
        OutgoingBytes out = acks.begin(FrameType.ACK, notify.streamId(), notify.frameId());
        ReplyBuffer answer = openReply(out, acks, notify);
        boolean answered = false;
        try {
            callInline(in, start, end, answer);
            finish(answer, notify, refusals, routes, messages);
            answered = true;
        } finally {
            refusals.clear();
            conclude(connection, out, answered);
        }
    }

    private void callInline(byte[] in, int start, int end, ReplyBuffer answer) {
        MessageView message = message();
        try {
            int at = start;
            for (int i = 0; i < messages; i++) {
                if (messages > 1) { // one alone is the one that was read last
                    at = message.read(in, at, end);
                }
                Route route = routes[i];
                message.open(in, route, notify);
                if (route == null) {
                    add(refusals, unknown(message, notify));
                } else {
                    handleInline(route, message, answer);
                }
            }
        } finally {
            message.close();
        }
    }

    private void handleInline(Route route, MessageView message, ReplyBuffer answer) {
        int mark = answer.mark();
        watch.enter(route, notify.connection());
        try {
            if (route.handler instanceof Route.Handler.Direct direct) {
                direct.handler().handle(message, answer);
            }
        } catch (Throwable e) {
            answer.rollback(mark);
            if (!answer.isTooLarge()) {
                add(refusals, refusal(route, e, notify));
            }
        }
        watch.exit();
    }

    /** Whether the NOTIFY has a chance to be admitted for its messages, before its payload is copied. */
    private boolean routesHaveRoom() {
        for (int i = 0; i < messages; i++) {
            Route route = routes[i];
            if (route != null && !route.inFlight.hasRoomFor(1)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gives an exchange its places in flight, or answers in its place. Without memory for a timer the connection ends, which
     * must not cost a place in flight.
     */
    private boolean admit(Exchange exchange) {
        if (!acquire(exchange)) {
            refuse(exchange, FailureKind.OVERLOAD, policyOf(exchange));
            return false;
        }
        exchange.admitted();
        watch.add(exchange);
        try {
            exchange.connection().inFlight().add(exchange);
        } catch (OutOfMemoryError e) {
            release(exchange);
            throw e;
        }
        return true;
    }

    private boolean acquire(Exchange exchange) {
        @Nullable Route[] routes = exchange.routes();
        if (!agent.inFlight.tryAcquire()) {
            return false;
        }
        if (!agent.bytesInFlight.tryAcquire(exchange.size())) {
            agent.inFlight.release();
            return false;
        }
        for (int i = 0; i < routes.length; i++) {
            Route route = routes[i];
            if (route != null && !route.inFlight.tryAcquire()) {
                releaseRoutes(routes, i);
                agent.bytesInFlight.release(exchange.size());
                agent.inFlight.release();
                return false;
            }
        }
        return true;
    }

    private static void releaseRoutes(@Nullable Route[] acquired, int number) {
        for (int i = 0; i < number; i++) {
            Route route = acquired[i];
            if (route != null) {
                route.inFlight.release();
            }
        }
    }

    private Exchange exchange(Connection connection, long streamId, long frameId, byte[] payload, int start,
            int end) {
        ReplyBuffer own = new ReplyBuffer(agent.variableNames, agent.counters.lateActions, null);
        own.open(new OutgoingBytes(), connection.maxAckSize() - FrameHeader.size(streamId, frameId));
        Route first = routes[0];
        @Nullable Route[] its = messages == 1 && first != null ? first.alone : Arrays.copyOf(routes, messages);
        return new Exchange(payload, start, end, its, own, this, watch);
    }

    /** Takes an exchange from {@link Completions}. */
    private void takeBack(Exchange exchange) {
        step(exchange, exchange::resume);
        Connection connection = exchange.connection();
        if (!connection.isFlushDue()) {
            unflushed.add(connection);
            connection.flushDue();
        }
    }

    private void end(Exchange exchange) {
        release(exchange);
        Connection connection = exchange.connection();
        if (exchange.isAbandoned()) {
            agent.counters.lateResults.increment();
            return;
        }
        exchange.reply().close();
        connection.inFlight().settle(exchange);
        AckWriter acks = connection.acks();
        OutgoingBytes out = acks.begin(FrameType.ACK, exchange.streamId(), exchange.frameId());
        ReplyBuffer answer = openReply(out, acks, exchange);
        boolean answered = false;
        try {
            answer.append(exchange.reply());
            finish(answer, exchange, exchange.refusals(), exchange.routes(), exchange.routes().length);
            answered = true;
        } finally {
            conclude(connection, out, answered);
        }
    }

    /** Gives back the places in flight that an exchange has. */
    private void release(Exchange exchange) {
        if (exchange.release()) {
            watch.remove(exchange);
            agent.inFlight.release();
            agent.bytesInFlight.release(exchange.size());
            releaseRoutes(exchange.routes(), exchange.routes().length);
            exchange.connection().inFlight().handlerEnded();
        }
    }

    /** Answers in the handlers' place. */
    void refuse(ReceivedNotify notify, FailureKind kind, FailurePolicy policy) {
        AckWriter acks = notify.connection().acks();
        OutgoingBytes out = acks.begin(FrameType.ACK, notify.streamId(), notify.frameId());
        ReplyBuffer answer = openReply(out, acks, notify);
        boolean answered = false;
        try {
            ask(answer, new Exchange.Refusal(policy, new Failure(kind, Optional.empty(), Optional.empty(), notify)));
            close(answer);
            answered = true;
        } finally {
            conclude(notify.connection(), out, answered);
        }
    }

    /** Gives up an exchange whose deadline has passed, and answers in its place. */
    void expire(Exchange exchange) {
        exchange.abandon();
        refuse(exchange, FailureKind.DEADLINE, policyOf(exchange));
    }

    private MessageView message() {
        if (message == null) {
            message = new MessageView(Thread.currentThread());
        }
        return message;
    }

    private ReplyBuffer openReply(OutgoingBytes out, AckWriter acks, ReceivedNotify notify) {
        if (reply == null) {
            reply = new ReplyBuffer(agent.variableNames, agent.counters.lateActions, Thread.currentThread());
        }
        reply.open(out, notify.connection().maxAckSize() - acks.frameLength(out));
        return reply;
    }

    private void conclude(Connection connection, OutgoingBytes out, boolean answered) {
        AckWriter acks = connection.acks();
        if (answered) {
            acks.end(out);
            connection.acked();
            acked++;
        } else {
            acks.cancel(out);
        }
    }

    /** Asks the policy where something has failed, and closes the reply. */
    private void finish(ReplyBuffer answer, ReceivedNotify notify, List<Exchange.Refusal> refusals,
            @Nullable Route[] routes, int messages) {
        boolean hadActions = !answer.isEmpty() || answer.isTooLarge();
        for (int i = 0; i < refusals.size() && !(hadActions && answer.isTooLarge()); i++) {
            ask(answer, refusals.get(i));
        }
        if (answer.isTooLarge() && hadActions) {
            answer.clear();
            ask(answer, new Exchange.Refusal(policyOf(routes, messages),
                    new Failure(FailureKind.REPLY_TOO_LARGE, Optional.empty(), Optional.empty(), notify)));
        }
        close(answer);
    }

    private void close(ReplyBuffer answer) {
        answer.close();
        if (agent.replaceEmptyAcks && answer.isEmpty()) {
            answer.addHarmlessAction();
        }
    }

    private void ask(ReplyBuffer answer, Exchange.Refusal refusal) {
        Failure failure = refusal.failure();
        agent.counters.failures(failure.kind()).increment();
        agent.log.failed(failure);
        int mark = answer.mark();
        try {
            refusal.policy().onFailure(failure, answer);
        } catch (Throwable e) {
            answer.rollback(mark);
            agent.log.policyFailed(failure, e);
        }
    }

    /** Any thread. */
    Exchange.Refusal unknown(Message message, Notification notify) {
        return new Exchange.Refusal(agent.failurePolicy,
                new Failure(FailureKind.UNKNOWN_MESSAGE, Optional.of(message.name()), Optional.empty(), notify));
    }

    /** Any thread. */
    static Exchange.Refusal refusal(Route route, Throwable thrown, Notification notify) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
        FailureKind kind = cause instanceof ArgumentException ? FailureKind.BAD_ARGUMENT : FailureKind.HANDLER_ERROR;
        return new Exchange.Refusal(route.failurePolicy,
                new Failure(kind, Optional.of(route.name), Optional.of(cause), notify));
    }

    private FailurePolicy policyOf(Exchange exchange) {
        return policyOf(exchange.routes(), exchange.routes().length);
    }

    private FailurePolicy policyOf(@Nullable Route[] routes, int messages) {
        Route first = messages == 0 ? null : routes[0];
        return first == null ? agent.failurePolicy : first.failurePolicy;
    }

    /** Keeps what is said of a failed message, unless there is enough of it. Any thread. */
    static void add(List<Exchange.Refusal> refusals, Exchange.Refusal refusal) {
        if (refusals.size() < MAX_REFUSALS) {
            refusals.add(refusal);
        }
    }

    private void flush() {
        for (Connection connection : unflushed) {
            connection.guarded(connection::flush);
        }
        unflushed.clear();
        threads.tidy();
    }
}
