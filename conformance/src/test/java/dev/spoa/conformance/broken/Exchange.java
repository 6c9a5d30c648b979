package dev.spoa.conformance.broken;

import dev.spoa.conformance.broken.PayloadReader.Received;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One NOTIFY: runs the handlers of all its messages in order and makes one ACK of what they set. */
final class Exchange implements Runnable {
    private final BrokenConnection connection;
    private final Fault fault;
    private final Ids ids;
    private final Supplier<List<Received>> messages;
    private final @Nullable Exchange previous;
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    /** What a NOTIFY is known by on its connection. */
    record Ids(long streamId, long frameId) {}

    /** @param previous the NOTIFY before it, which only a fault wants to know */
    Exchange(BrokenConnection connection, Ids ids, Supplier<List<Received>> messages, @Nullable Exchange previous) {
        this.connection = connection;
        this.fault = connection.fault();
        this.ids = ids;
        this.messages = messages;
        this.previous = previous;
    }

    Ids ids() {
        return ids;
    }

    @Override
    public void run() {
        try {
            List<Received> all = messages.get();
            List<Action> actions = new ArrayList<>();
            for (Received message : fault == Fault.ONLY_FIRST_MESSAGE ? all.subList(0, Math.min(1, all.size())) : all) {
                try {
                    actions.addAll(Handlers.handle(message, fault));
                } catch (RuntimeException failure) {
                    if (!isAnswered(message, actions)) {
                        return;
                    }
                }
                if (fault == Fault.ACK_FOR_EACH_MESSAGE) {
                    connection.writerOf(ids).ack(ids.streamId(), ids.frameId(), Actions.encode(actions, fault));
                    actions.clear();
                }
            }
            boolean isAckDue = switch (fault) {
                case ACK_FOR_EACH_MESSAGE -> all.isEmpty();
                case NO_ACK_FOR_EMPTY_NOTIFY -> !all.isEmpty();
                case NO_ACK_WITHOUT_ACTIONS -> !actions.isEmpty();
                default -> true;
            };
            if (isAckDue) {
                answer(actions);
            }
        } catch (InterruptedException | IOException e) {
            // The connection has ended, so nobody waits for the answer.
        } finally {
            answered.complete(null);
            connection.handled();
        }
    }

    /** After a handler's failure: whether the NOTIFY is answered all the same, as it must be. */
    private boolean isAnswered(Received message, List<Action> actions) throws IOException {
        boolean isKnown = Handlers.knows(message.name());
        switch (fault) {
            case CLOSES_ON_HANDLER_ERROR -> connection.close();
            case DIES_ON_HANDLER_ERROR -> {
                if (isKnown) {
                    connection.agent().close();
                }
            }
            case FAILURE_TAKES_ALL_BACK -> actions.clear();
            default -> {
            }
        }
        return switch (fault) {
            case NO_ACK_AFTER_HANDLER_ERROR -> !isKnown;
            case NO_ACK_FOR_UNKNOWN_MESSAGE -> isKnown;
            default -> true;
        };
    }

    /** Answers, unless another NOTIFY with the same ids has come meanwhile: then that one is answered. */
    void answer(List<Action> actions) throws IOException {
        byte[] payload = Actions.encode(actions, fault);
        if (FrameHeader.size(ids.streamId(), ids.frameId()) + payload.length > connection.maxFrameSize()) {
            switch (fault) {
                case OVERSIZE_ACK_SENT -> {
                }
                case OVERSIZE_ACK_DISCONNECTS -> {
                    connection.writerOf(ids).disconnect(StatusCode.FRAME_TOO_BIG);
                    connection.close();
                }
                case OVERSIZE_ACK_FORGOTTEN -> {
                    return;
                }
                case OVERSIZE_ACK_CUT -> payload = Arrays.copyOf(payload,
                        connection.maxFrameSize() - FrameHeader.size(ids.streamId(), ids.frameId()));
                default -> payload = new byte[0];
            }
        }
        if (fault == Fault.ACKS_IN_ORDER_OF_NOTIFYS && previous != null) {
            previous.answered.join();
        }
        if (connection.isCurrent(this)) {
            connection.writerOf(ids).ack(ids.streamId(), ids.frameId(), payload);
        }
    }
}
