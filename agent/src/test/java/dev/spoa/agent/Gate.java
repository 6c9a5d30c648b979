package dev.spoa.agent;

import dev.spoa.protocol.Scope;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/** A handler that waits until the test lets it go, with the variable {@code txn} {@code gone} set to true. */
final class Gate {
    /** A handler that is waiting, or has waited. */
    static final class Call {
        final Message message;
        final Reply reply;
        final CompletableFuture<Boolean> end = new CompletableFuture<>();

        private Call(Message message, Reply reply) {
            this.message = message;
            this.reply = reply;
        }

        /** Lets it answer. */
        void release() {
            reply.set(Scope.TRANSACTION, "gone", true);
            end.complete(true);
        }

        /** Whether the agent has interrupted its thread or cancelled its stage. */
        boolean isGivenUp() {
            return end.isCancelled();
        }
    }

    private final List<Call> calls = new CopyOnWriteArrayList<>();

    AgentBuilder register(AgentBuilder builder, HandlerKind kind, String message) {
        return switch (kind) {
            case ASYNC, ASYNC_LATER -> builder.onAsync(message, this::begin);
            case BLOCKING -> builder.on(message, this::block);
            case INLINE -> throw new IllegalArgumentException("an inline handler must not wait");
        };
    }

    CompletionStage<?> begin(Message message, Reply reply) {
        return enter(message, reply).end;
    }

    void block(Message message, Reply reply) throws ExecutionException, InterruptedException {
        Call call = enter(message, reply);
        try {
            call.end.get();
        } catch (InterruptedException e) {
            call.end.cancel(false);
            throw e;
        }
    }

    private Call enter(Message message, Reply reply) {
        Call call = new Call(message, reply);
        calls.add(call);
        return call;
    }

    /** How often it was called. */
    int calls() {
        return calls.size();
    }

    /** Waits for the call of this number, counted from one. */
    Call await(int number) {
        Agents.until(() -> calls.size() >= number);
        return calls.get(number - 1);
    }

    /** Lets all that wait now answer. */
    void releaseAll() {
        calls.forEach(Call::release);
    }
}
