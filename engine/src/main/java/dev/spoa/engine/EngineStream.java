package dev.spoa.engine;

import dev.spoa.protocol.Argument;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One client of the imitated HAProxy: its events come one after the other. With {@link EngineProfile#LEGACY} they all
 * carry its stream-id, and a frame-id that grows only when an ACK was processed, so that an event which follows a timeout
 * repeats the ids of the one before it (section 3.1). With {@link EngineProfile#MUX} every NOTIFY has a stream-id of its
 * own. Safe for any thread.
 */
public final class EngineStream {
    private final EngineConnection connection;
    private final long streamId;
    private @Nullable Pending latest;
    private long frameId = 1;

    EngineStream(EngineConnection connection, long streamId) {
        this.connection = connection;
        this.streamId = streamId;
    }

    /**
     * Sends a NOTIFY with one message.
     *
     * @param message the message's name
     * @param arguments its arguments in their order
     * @return completes with the ACK on the engine's event loop, exceptionally with an {@link EngineException}
     * @throws IllegalStateException if the NOTIFY before it has neither been answered nor failed
     */
    public CompletableFuture<Ack> notify(String message, Argument... arguments) {
        return notify(List.of(Message.of(message, arguments)));
    }

    /**
     * Sends a NOTIFY with any number of messages.
     *
     * @param messages the messages in their order
     * @return completes with the ACK on the engine's event loop, exceptionally with an {@link EngineException}
     * @throws IllegalStateException if the NOTIFY before it has neither been answered nor failed
     */
    public synchronized CompletableFuture<Ack> notify(List<Message> messages) {
        Pending before = latest;
        if (before != null && !before.future.isDone()) {
            throw new IllegalStateException("a stream has one NOTIFY at a time, and the one before is still pending");
        }
        Pending next = connection.submit(this, messages);
        latest = next;
        return next.shown;
    }

    /** Only for the event loop. */
    Pending.Ids nextIds() {
        return new Pending.Ids(streamId, frameId);
    }

    /** Only for the event loop. */
    void processed() {
        frameId++;
    }
}
