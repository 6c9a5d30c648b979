package dev.spoa.cli.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The place of one connection, which is filled again when the connection is lost. For the event loop of its {@link Pacer}. */
final class Lane {
    /** How long to wait before a lost connection is opened again, at first and at most; doubled each time in vain. */
    static final long FIRST_PAUSE = 10_000_000;
    static final long LONGEST_PAUSE = 1_000_000_000;

    /** This one as a list, made once and not for each NOTIFY. */
    final List<Lane> alone = List.of(this);
    /** Null while there is none. */
    @Nullable Link link;
    int inFlight;
    /** Places that are not given to another NOTIFY for a moment, because the last one failed without being sent. */
    int held;
    private long pause = FIRST_PAUSE;

    boolean hasPlace() {
        return link != null && link.isOpen() && inFlight + held < link.window();
    }

    long nextPause() {
        long next = pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return next;
    }

    /** The agent has answered, or accepted it at first: the next loss is a new one. */
    void works() {
        pause = FIRST_PAUSE;
    }
}
