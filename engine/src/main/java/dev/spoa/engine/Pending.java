package dev.spoa.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A NOTIFY without its ACK. Everything but the future belongs to the event loop. */
final class Pending {
    /** What an ACK is matched by. */
    record Ids(long streamId, long frameId) {}

    final CompletableFuture<Ack> future = new CompletableFuture<>();
    /** What the caller sees: nobody else can complete, and so give up, what HAProxy would not either. */
    final CompletableFuture<Ack> shown = new CompletableFuture<>();
    final EngineStream stream;
    final List<Message> messages;
    final long deadline;
    /** The ids that it was sent with; until then of no meaning. */
    Ids ids = new Ids(0, 0);

    Pending(EngineStream stream, List<Message> messages, long deadline) {
        this.stream = stream;
        this.messages = messages;
        this.deadline = deadline;
        var unused = future.whenComplete((ack, failure) -> {
            if (failure == null) {
                shown.complete(ack);
            } else {
                shown.completeExceptionally(failure);
            }
        });
    }
}
