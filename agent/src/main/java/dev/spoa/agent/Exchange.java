package dev.spoa.agent;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A NOTIFY that is answered later: its payload, its reply, and how far its handlers have come.
 *
 * <p>
 * Threads: with an ordinary handler among its messages everything up to the last of them happens in {@link #handle} on
 * one of {@link HandlerThreads}; otherwise on the event loop, step by step as the stages complete. In both cases the exchange comes
 * back through {@link Completions}, which also makes the handlers' writes visible to the loop, and only the loop decides
 * whether the result still counts.
 */
final class Exchange extends ReceivedNotify {
    /** How far a thread has come with it. The thread goes on to other NOTIFYs, which must not be interrupted. */
    private enum Progress {
        WAITING, HANDLING, INTERRUPTING, INTERRUPTED, HANDLED
    }

    /** To write without the fence that every other volatile write costs: to be seen a little later is early enough. */
    private static final AtomicReferenceFieldUpdater<Exchange, @Nullable Route> HANDLING =
            AtomicReferenceFieldUpdater.newUpdater(Exchange.class, Route.class, "handling");
    private static final AtomicReferenceFieldUpdater<Exchange, Progress> PROGRESS =
            AtomicReferenceFieldUpdater.newUpdater(Exchange.class, Progress.class, "progress");

    private static final int REFERENCE_SIZE = 8;
    /** How long it may take to interrupt a thread. */
    private static final long INTERRUPT_NANOS = 1_000;

    /** Links of {@link PendingTable}, {@link Completions} and {@link WaitingExchanges}. */
    @Nullable Exchange nextInBucket;
    @Nullable Exchange nextCompleted;
    @Nullable Exchange nextWaiting;
    /** Neighbours in {@link HandlerWatch}, and whether one of its handlers was counted as slow. Event loop only. */
    @Nullable Exchange olderRunning;
    @Nullable Exchange newerRunning;
    boolean slowReported;

    private final byte[] payload;
    private final int end;
    private final int size;
    private final @Nullable Route[] routes;
    /** Another one after a stage has failed. Whoever handles it sets this; the event loop closes it at any time. */
    private ReplyBuffer reply;
    private final Dispatcher dispatcher;
    private @Nullable List<Refusal> refusals;
    private int position;
    private int index;
    private boolean abandoned;
    private boolean admitted;
    /** Whether an ordinary handler is among those of its messages. */
    private boolean blocking;
    /** Whose handlers may be interrupted; written before {@link #progress}. */
    private @Nullable Thread thread;
    private volatile Progress progress = Progress.WAITING;
    private @Nullable CompletableFuture<?> stage;
    private int stageMark;
    private @Nullable Throwable stageFailure;
    /** What has ended the virtual thread before its time, and was no handler's doing. */
    private @Nullable Throwable broken;
    /** Null while no handler has begun or all have ended. Written before it: since when. */
    private volatile @Nullable Route handling;
    private long handlingSince;
    private @Nullable Route slow;
    private long slowNanos;

    /** The part of the array that is the payload is used for nothing else: a handler may hold its message for ever. */
    Exchange(byte[] payload, int start, int end, @Nullable Route[] routes, ReplyBuffer reply, Dispatcher dispatcher) {
        this.payload = payload;
        this.index = start;
        this.end = end;
        this.size = size(end - start, routes.length);
        this.routes = routes;
        this.reply = reply;
        this.dispatcher = dispatcher;
    }

    ReplyBuffer reply() {
        return reply;
    }

    /** What is said of messages that have failed. */
    List<Refusal> refusals() {
        return refusals == null ? List.of() : refusals;
    }

    /** Notes a failure. */
    void add(Refusal refusal) {
        if (refusals == null) {
            refusals = new ArrayList<>(1);
        }
        if (!Refusal.areEnough(refusals)) {
            refusals.add(refusal);
        }
    }

    @Nullable
    Route[] routes() {
        return routes;
    }

    /** Event loop: whether the NOTIFY was answered, superseded or lost in the meantime. */
    boolean isAbandoned() {
        return abandoned;
    }

    /** Event loop: what the handlers still do is of no consequence any more. They are told, and may end early. */
    void abandon() {
        abandoned = true;
        reply.close();
        VarHandle.fullFence(); // either the thread finds the reply closed, or it is found handling
        if (PROGRESS.compareAndSet(this, Progress.HANDLING, Progress.INTERRUPTING)) {
            reply.close(); // the thread may have another one by now
            interrupt();
        }
        if (stage != null) {
            try {
                stage.cancel(true);
            } catch (RuntimeException | Error e) {
                // a future of the user's own making; what it thinks of being cancelled is of no consequence
            }
        }
    }

    private void interrupt() {
        try {
            if (thread != null) {
                thread.interrupt();
            }
        } catch (RuntimeException | Error e) {
            // there is no memory for it, or what the handler waits in cannot be interrupted; it goes on
        } finally {
            progress = Progress.INTERRUPTED;
        }
    }

    /** Event loop: it has places in flight. */
    void admitted() {
        admitted = true;
    }

    /** Event loop: whether it has places in flight, which whoever asks gives back. */
    boolean release() {
        boolean had = admitted;
        admitted = false;
        return had;
    }

    /** How many bytes a handler can hold on to. */
    int size() {
        return size;
    }

    /** The same, of an exchange that is to be made: those of the payload, and where each further message goes. */
    static int size(int payloadBytes, int messages) {
        return payloadBytes + REFERENCE_SIZE * Math.max(0, messages - 1);
    }

    /** Any thread: whose handler is at work. */
    @Nullable
    Route handling() {
        return handling;
    }

    /** Any thread that has seen {@link #handling()}: since when it is, on the clock of {@code System.nanoTime()}. */
    long handlingSince() {
        return handlingSince;
    }

    /** After the end: the first handler that was a slow one. */
    @Nullable
    Route slow() {
        return slow;
    }

    /** How long it took. */
    long slowNanos() {
        return slowNanos;
    }

    private void handlerBegins(Route route, long now) {
        handlingSince = now;
        HANDLING.lazySet(this, route);
    }

    private void handlerEnds(long now) {
        long nanos = now - handlingSince;
        if (slow == null && dispatcher.watch().isSlow(nanos)) {
            slow = handling;
            slowNanos = nanos;
        }
        HANDLING.lazySet(this, null);
    }

    /** Event loop: its handlers are left to {@link HandlerThreads}. */
    void leaveToThread() {
        blocking = true;
    }

    /**
     * Runs the handlers, on a thread that may block.
     *
     * @param now the time, on the clock of {@link HandlerWatch}
     * @return the time afterwards
     */
    long handle(long now) {
        long began = now;
        thread = Thread.currentThread();
        progress = Progress.HANDLING;
        try {
            while (position < routes.length && reply.isOpen()) {
                began = handleBlocking(began);
            }
        } catch (Throwable e) {
            broken = e;
        }
        if (!PROGRESS.compareAndSet(this, Progress.HANDLING, Progress.HANDLED)) {
            while (progress == Progress.INTERRUPTING) {
                awaitInterrupt();
            }
        }
        Thread.interrupted(); // also what the handlers have done to their thread themselves
        return began;
    }

    private static void awaitInterrupt() {
        Thread.interrupted(); // or it would not wait
        try {
            LockSupport.parkNanos(INTERRUPT_NANOS);
        } catch (OutOfMemoryError e) {
            Thread.onSpinWait();
        }
    }

    /** Calls the next handler, and returns when it has ended. */
    private long handleBlocking(long now) {
        MessageView message = nextMessage();
        Route route = routes[position++];
        if (route == null) {
            unknown(message);
            return now;
        }
        int mark = reply.mark();
        handlerBegins(route, now);
        try {
            switch (route.handler) {
                case Route.Handler.Direct direct -> direct.handler().handle(message, reply);
                case Route.Handler.Async async -> await(async.handler().handle(message, reply));
            }
        } catch (Throwable e) {
            takeReply(route, mark);
            closeIfAbandoned();
            failed(route, mark, e);
        }
        long ended = dispatcher.watch().exactly();
        handlerEnds(ended);
        return ended;
    }

    private static void await(@Nullable CompletionStage<?> answer) throws Exception {
        CompletionStage<?> stage = present(answer);
        CompletableFuture<?> future = futureOf(stage);
        try {
            if (future == null) {
                awaitWithoutFuture(stage);
            } else {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            if (future != null) {
                future.cancel(true);
            }
            throw e;
        }
    }

    private static void awaitWithoutFuture(CompletionStage<?> stage) throws ExecutionException, InterruptedException {
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        stage.whenComplete((unused, failure) -> {
            if (failure == null) {
                settled.complete(true);
            } else {
                settled.completeExceptionally(failure);
            }
        });
        settled.get();
    }

    /**
     * Event loop: goes on with the handlers until all have answered or one answers later.
     *
     * @return whether all have answered
     */
    boolean advance() {
        while (position < routes.length) {
            MessageView message = nextMessage();
            Route route = routes[position++];
            if (route == null) {
                unknown(message);
                continue;
            }
            int mark = reply.mark();
            try {
                CompletionStage<?> answer = call(route, message);
                if (answer != null && !isSettled(answer, mark)) {
                    handlerBegins(route, dispatcher.watch().exactly()); // what it did until now was watched already
                    return false;
                }
            } catch (Throwable e) {
                takeReply(route, mark);
                failed(route, mark, e);
            }
        }
        return true;
    }

    /** Returns the stage that is to complete, or null where the handler has answered. */
    private @Nullable CompletionStage<?> call(Route route, Message message) throws Exception {
        dispatcher.watch().enter(route, connection());
        try {
            switch (route.handler) {
                case Route.Handler.Direct direct -> {
                    direct.handler().handle(message, reply);
                    return null;
                }
                case Route.Handler.Async async -> {
                    return present(async.handler().handle(message, reply));
                }
            }
        } finally {
            slowReported |= dispatcher.watch().exit();
        }
    }

    private boolean isSettled(CompletionStage<?> answer, int mark) {
        stageMark = mark;
        CompletableFuture<?> future = futureOf(answer);
        if (future != null && future.isDone()) {
            future.join();
            return true;
        }
        stage = future;
        answer.whenComplete((unused, failure) -> {
            stageFailure = failure;
            dispatcher.completed(this);
        });
        return false;
    }

    /** A stage need not have a future; then it cannot be cancelled. */
    private static @Nullable CompletableFuture<?> futureOf(CompletionStage<?> answer) {
        try {
            return answer.toCompletableFuture();
        } catch (UnsupportedOperationException e) {
            return null;
        }
    }

    private static CompletionStage<?> present(@Nullable CompletionStage<?> stage) {
        if (stage == null) {
            throw new IllegalStateException("the asynchronous handler returned null in place of a stage");
        }
        return stage;
    }

    /**
     * Event loop: takes note of the stage that brought this exchange back.
     *
     * @return whether all handlers have answered, or the rest of them need not be asked
     */
    boolean resume() {
        if (blocking) {
            if (broken != null && !abandoned) {
                // an ACK of what was set so far would tell HAProxy that all is well
                throw new IllegalStateException("the handlers' thread has ended before all were called", broken);
            }
            return true;
        }
        stage = null;
        handlerEnds(dispatcher.watch().exactly());
        Throwable failure = stageFailure;
        Route route = routes[position - 1];
        if (failure != null && route != null) {
            stageFailure = null;
            takeReply(route, stageMark);
            failed(route, stageMark, failure);
        }
        return abandoned || advance();
    }

    private MessageView nextMessage() {
        MessageView message = new MessageView();
        index = message.read(payload, index, end);
        message.open(payload, routes[position], this);
        return message;
    }

    private void unknown(Message message) {
        add(dispatcher.unknown(message, this));
    }

    /** Of an asynchronous handler that has failed: whoever was to complete its stage may be writing to the reply still. */
    private void takeReply(Route route, int mark) {
        if (route.handler instanceof Route.Handler.Async && reply.isOpen()) {
            ReplyBuffer other = reply.handOver(mark);
            VarHandle.releaseFence(); // who finds it can close it
            reply = other;
        }
    }

    /** Whoever has abandoned it may have closed the reply that was taken away. */
    private void closeIfAbandoned() {
        VarHandle.fullFence(); // either it is found abandoned here, or this reply is found there
        if (progress != Progress.HANDLING) {
            reply.close();
        }
    }

    private void failed(Route route, int mark, Throwable failure) {
        reply.rollback(mark);
        if (!reply.isTooLarge()) {
            add(Refusal.of(route, failure, this));
        }
    }
}
