package dev.spoa.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where messages of one name go. Shared by all event loops. */
final class Route {
    /** The kinds of handler, the one that decides how a whole NOTIFY runs last. */
    enum Kind {
        INLINE, ASYNC, BLOCKING
    }

    /** The two shapes of handler. */
    sealed interface Handler {
        record Direct(MessageHandler handler) implements Handler {}

        record Async(AsyncMessageHandler handler) implements Handler {}
    }

    /** What a builder has heard about a message. */
    static final class Definition {
        Kind kind = Kind.INLINE;
        @Nullable Handler handler;
        @Nullable Duration deadline;
        @Nullable Integer inFlight;
        @Nullable FailurePolicy failurePolicy;
    }

    final String name;
    final Kind kind;
    final Handler handler;
    final FailurePolicy failurePolicy;
    /** 0 where there is none. */
    final long deadlineNanos;
    /** The routes of a NOTIFY with this message and no other. Nobody may write to it. */
    final Route[] alone = {this};
    /** How many NOTIFYs with this message are with a handler. */
    final Admission inFlight;

    Route(String name, Definition definition, AgentBuilder builder) {
        if (definition.handler == null) {
            throw new IllegalStateException("message \"" + name + "\" has settings, but no handler");
        }
        if (definition.kind == Kind.INLINE && (definition.deadline != null || definition.inFlight != null)) {
            throw new IllegalStateException("message \"" + name
                    + "\" has an inline handler, which can have neither a deadline nor a limit in flight");
        }
        this.name = name;
        this.kind = definition.kind;
        this.handler = definition.handler;
        this.failurePolicy = definition.failurePolicy == null ? builder.failurePolicy : definition.failurePolicy;
        Duration deadline = definition.deadline == null
                ? builder.limits.deadline().orElse(Duration.ZERO)
                : definition.deadline;
        this.deadlineNanos = kind == Kind.INLINE ? 0 : deadline.toNanos();
        this.inFlight = new Admission(
                definition.inFlight == null ? builder.limits.notificationsPerMessage() : definition.inFlight);
    }
}
