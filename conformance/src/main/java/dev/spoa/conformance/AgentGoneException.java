package dev.spoa.conformance;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Nothing listens at the agent's address, or not any more. */
public final class AgentGoneException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    AgentGoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
