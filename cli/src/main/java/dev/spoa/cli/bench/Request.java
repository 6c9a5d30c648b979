package dev.spoa.cli.bench;

import dev.spoa.engine.Ack;
import dev.spoa.engine.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One NOTIFY to send.
 *
 * @param messages what it carries
 * @param answer which ACK is right
 */
record Request(List<Message> messages, Answer answer) {
    Request(Message message, Answer answer) {
        this(List.of(message), answer);
    }

    /** The kind of error that an ACK is, null if it is right. */
    @Nullable
    String errorOf(Ack ack) {
        return answer.isRight(ack) ? null
                : Answer.failure(ack).map(what -> "agent-error:" + what).orElse("wrong-answer");
    }
}
