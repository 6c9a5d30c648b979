package dev.spoa.cli.bench;

import dev.spoa.engine.Ack;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.Optional;

/** Which ACK is the right one. */
@FunctionalInterface
interface Answer {
    /** Where nothing is known but that the agent should not have failed. */
    Answer NO_FAILURE = ack -> failure(ack).isEmpty();

    boolean isRight(Ack ack);

    /** What this project's agents say by default when they could not answer. */
    static Optional<String> failure(Ack ack) {
        return ack.value(Scope.TRANSACTION, "agent_error").map(value -> value instanceof Value.Str text
                ? text.text()
                : value.toString());
    }
}
