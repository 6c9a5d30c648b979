package dev.spoa.examples.ipreputation;

import java.io.IOException;

/** A line of a list is not what it should be. Its message says which file, which line and what was expected. */
final class MalformedListException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedListException(String message, Throwable cause) {
        super(message, cause);
    }
}
