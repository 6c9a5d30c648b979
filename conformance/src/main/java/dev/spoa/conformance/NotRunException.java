package dev.spoa.conformance;

import java.io.Serial;

/** A case cannot be run, for instance because the agent does not announce what it is about. */
final class NotRunException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    NotRunException(String reason) {
        super(reason);
    }
}
