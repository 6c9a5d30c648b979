package dev.spoa.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A NOTIFY without its ACK. Everything but the future belongs to the event loop. */
final class Pending {
    /** What an ACK is matched by. */
    record Ids(long streamId, long frameId) {}

    final CompletableFuture<Ack> future = new CompletableFuture<>();
    final EngineStream stream;
    final List<Message> messages;
    final long deadline;
    /** The ids that it was sent with; until then of no meaning. */
    Ids ids = new Ids(0, 0);

    Pending(EngineStream stream, List<Message> messages, long deadline) {
        this.stream = stream;
        this.messages = messages;
        this.deadline = deadline;
    }
}
