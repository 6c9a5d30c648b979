package dev.spoa.cli.bench;

/**
 * Bytes on connections.
 *
 * @param sent to the agent
 * @param received from it
 */
public record Traffic(long sent, long received) {
    /** None. */
    public static final Traffic NONE = new Traffic(0, 0);

    Traffic plus(Traffic other) {
        return new Traffic(sent + other.sent, received + other.received);
    }

    Traffic minus(Traffic earlier) {
        return new Traffic(sent - earlier.sent, received - earlier.received);
    }
}
