package dev.spoa.agent;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** A failure, and who is asked what to answer in its place. */
record Refusal(FailurePolicy policy, Failure failure) {
    /** What one NOTIFY with nothing but failing messages may cost us, and the log. */
    private static final int MAX_REFUSALS = 256;

    /** A handler has thrown something, or its stage has completed with it. */
    static Refusal of(Route route, Throwable thrown, Notification notify) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
        FailureKind kind = cause instanceof ArgumentException ? FailureKind.BAD_ARGUMENT : FailureKind.HANDLER_ERROR;
        return new Refusal(route.failurePolicy,
                new Failure(kind, Optional.of(route.name), Optional.of(cause), notify));
    }

    /** A message has no handler. */
    static Refusal unknown(FailurePolicy policy, Message message, Notification notify) {
        return new Refusal(policy,
                new Failure(FailureKind.UNKNOWN_MESSAGE, Optional.of(message.name()), Optional.empty(), notify));
    }

    /** Something is wrong with a NOTIFY as a whole. */
    static Refusal of(FailureKind kind, FailurePolicy policy, Notification notify) {
        return new Refusal(policy, new Failure(kind, Optional.empty(), Optional.empty(), notify));
    }

    /** Whether one NOTIFY has so many that no more are made. */
    static boolean areEnough(List<Refusal> refusals) {
        return refusals.size() >= MAX_REFUSALS;
    }
}
