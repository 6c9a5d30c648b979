package dev.spoa.agent;

import dev.spoa.protocol.wire.FrameHeader;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    /** As many as are seldom at work at once; more are made, and end, as they are needed. */
    private static final int IDLE_THREADS = 32;
    /** A NOTIFY may have thousands, but seldom has more than one. */
    private static final int FEW_MESSAGES = 16;
    private static final int MANY_MESSAGES = 1_024;

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
    private final LoopBuffers.Receiving receiveBuffer = new LoopBuffers.Receiving();
    private final Answers answers;
    private final InlineHandlers inline;
    /** NOTIFYs that were not added to the counters yet, as {@link Answers} does with ACKs. */
    private long notified;

    /** What serves one NOTIFY after the other. */
    private @Nullable Route[] routes = new Route[FEW_MESSAGES];
    private int messages;
    private @Nullable MessageView message;

    Dispatcher(AgentContext agent, EventLoop eventLoop) {
        this(agent, eventLoop, virtualThreads(), IDLE_THREADS);
        rehearse();
    }

    private static ThreadFactory virtualThreads() {
        return Thread.ofVirtual().name("spoa-handler").inheritInheritableThreadLocals(false).factory();
    }

    /**
     * A class that cannot be initialised for want of memory never can again, so those that a NOTIFY needs are before there
     * is one.
     */
    private void rehearse() {
        new Exchange(new byte[0], 0, 0, new Route[0],
                new ReplyBuffer(agent.variableNames, agent.counters.lateActions, null), this).abandon();
        HandlerThreads others = new HandlerThreads(virtualThreads(), completions, agent.slowHandlers::exactly, 1);
        others.sendFirst();
        others.close();
    }

    /** With other threads for handlers that may block, of which so many stay when there is nothing to do. */
    Dispatcher(AgentContext agent, EventLoop eventLoop, ThreadFactory threads, int idleThreads) {
        this.agent = agent;
        this.eventLoop = eventLoop;
        this.completions = new Completions(eventLoop, this::takeBack, this::flush);
        this.threads = new HandlerThreads(threads, completions, agent.slowHandlers::exactly, idleThreads);
        this.watch = agent.slowHandlers.watch(eventLoop, this.threads::makeUp);
        this.answers = new Answers(agent);
        this.inline = new InlineHandlers(agent, answers, watch);
    }

    HandlerWatch watch() {
        return watch;
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
        return answers.bytes();
    }

    /** Adds to the counters what has happened since the last time. */
    void count() {
        if (notified > 0) {
            agent.counters.notifications.add(notified);
            notified = 0;
        }
        answers.count();
    }

    /**
     * Answers a NOTIFY, or sees to it that it will be.
     *
     * @param in has its ids and all of its payload, and is valid only until this returns
     * @param ids where its ids begin, directly before its payload
     * @param start where that begins
     * @param end where it ends
     * @throws dev.spoa.protocol.ProtocolException if the payload is malformed; no handler has been called then
     */
    void dispatch(Connection connection, long streamId, long frameId, byte[] in, int ids, int start, int end) {
        MessageView message = message();
        Route route = start < end && message.read(in, start, end) == end ? find(in, message) : null;
        if (route == null) {
            dispatch(connection, streamId, frameId, in, start, end, false);
            return;
        }
        notified++;
        connection.inFlight().supersede(streamId, frameId);
        if (route.kind == Route.Kind.INLINE) {
            inline.answer(connection, streamId, frameId, in, ids, start, message, route);
        } else {
            routes[0] = route;
            messages = 1;
            answerLater(connection, streamId, frameId, in, start, end, false, route.kind, route.deadlineNanos);
        }
    }

    private @Nullable Route find(byte[] in, MessageView message) {
        return agent.routes.find(in, message.nameIndex(), message.nameLength());
    }

    /**
     * Does the same with a payload of any number of messages.
     *
     * @param own whether the array is used for nothing else, so that handlers may keep it; otherwise it is valid until this
     *        returns
     * @throws dev.spoa.protocol.ProtocolException as above
     */
    void dispatch(Connection connection, long streamId, long frameId, byte[] in, int start, int end, boolean own) {
        Route.Kind kind = Route.Kind.INLINE;
        long deadline = 0;
        MessageView message = message();
        messages = 0;
        if (routes.length > MANY_MESSAGES) {
            routes = new Route[FEW_MESSAGES];
        }
        int at = start;
        while (at < end) {
            at = message.read(in, at, end);
            Route route = find(in, message);
            add(route);
            if (route != null) {
                kind = route.kind.compareTo(kind) > 0 ? route.kind : kind;
                deadline = shorter(deadline, route.deadlineNanos);
            }
        }
        notified++;
        connection.inFlight().supersede(streamId, frameId);
        if (kind == Route.Kind.INLINE) {
            inline.answer(connection, streamId, frameId, in, start, end, message, routes, messages);
        } else {
            answerLater(connection, streamId, frameId, in, start, end, own, kind, deadline);
        }
    }

    private void answerLater(Connection connection, long streamId, long frameId, byte[] in, int start, int end,
            boolean own, Route.Kind kind, long deadline) {
        if (connection.inFlight().hasRoom() && agent.hasRoomFor(Exchange.size(end - start, messages))
                && routesHaveRoom()) {
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
            ReceivedNotify refused = new ReceivedNotify();
            refused.open(connection, streamId, frameId, connection.readTime(), deadline);
            answers.refuse(refused, Refusal.of(FailureKind.OVERLOAD, policyOf(routes, messages), refused));
        }
    }

    private void add(@Nullable Route route) {
        if (messages == routes.length) {
            routes = Arrays.copyOf(routes, 2 * messages);
        }
        routes[messages++] = route;
    }

    /**
     * Asks asynchronous handlers. Many have completed their stage when they return it. So a NOTIFY of one message is admitted
     * only if it has not, where there is so much room that every loop could have one more.
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
        try {
            takeCompleted();
        } finally {
            startThreads();
        }
    }

    private void startThreads() {
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
            exchange.add(new Refusal(policyOf(exchange),
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
            answers.refuse(exchange, Refusal.of(FailureKind.OVERLOAD, policyOf(exchange), exchange));
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
        return new Exchange(payload, start, end, its, own, this);
    }

    /** Takes an exchange from {@link Completions}. */
    private void takeBack(Exchange exchange) {
        step(exchange, exchange::resume);
        Connection connection = exchange.connection();
        if (!connection.isFlushDue()) {
            try {
                unflushed.add(connection);
                connection.flushDue();
            } catch (OutOfMemoryError e) {
                connection.flushOrFail();
            }
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
        ReplyBuffer answer = answers.begin(exchange);
        boolean ended = false;
        try {
            answer.append(exchange.reply());
            answers.add(exchange.refusals(), answer, policyOf(exchange), exchange);
            answers.end(connection, answer);
            ended = true;
        } finally {
            if (!ended) {
                answers.cancel(connection, answer);
            }
        }
    }

    /** Gives back the places in flight that an exchange has. */
    private void release(Exchange exchange) {
        if (exchange.release()) {
            agent.inFlight.release();
            agent.bytesInFlight.release(exchange.size());
            releaseRoutes(exchange.routes(), exchange.routes().length);
            exchange.connection().inFlight().handlerEnded();
            watch.remove(exchange);
        }
    }

    /** Gives up an exchange whose deadline has passed, and answers in its place. */
    void expire(Exchange exchange) {
        exchange.abandon();
        answers.refuse(exchange, Refusal.of(FailureKind.DEADLINE, policyOf(exchange), exchange));
    }

    private MessageView message() {
        if (message == null) {
            message = new MessageView(Thread.currentThread());
        }
        return message;
    }

    /** Any thread: a message of an exchange has no handler. */
    Refusal unknown(Message message, Notification notify) {
        return Refusal.unknown(agent.failurePolicy, message, notify);
    }

    /** A failure of a whole NOTIFY is a matter of its first message. */
    private FailurePolicy policyOf(Exchange exchange) {
        return policyOf(exchange.routes(), exchange.routes().length);
    }

    private FailurePolicy policyOf(@Nullable Route[] routes, int messages) {
        Route first = messages == 0 ? null : routes[0];
        return first == null ? agent.failurePolicy : first.failurePolicy;
    }

    private void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flushOrFail();
        }
        unflushed.clear();
        threads.tidy();
    }
}
