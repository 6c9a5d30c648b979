package dev.spoa.cli.capture;

import java.io.IOException;

/** A capture file that is not what its format says. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param offset the byte of the file at which the offending part begins
     * @param message what was expected and what came
     */
    public CaptureException(long offset, String message) {
        super("byte " + offset + " of the capture: " + message);
    }
}
