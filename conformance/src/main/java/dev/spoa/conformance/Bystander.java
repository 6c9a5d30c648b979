package dev.spoa.conformance;

import dev.spoa.engine.raw.Peer;
import java.io.UncheckedIOException;

/**
 * A connection that behaves all the time while something happens elsewhere: it has to get its answers as if nothing
 * were, and so has a connection that is opened afterwards.
 */
final class Bystander {
    private final Target target;
    private final Peer peer;
    private long served;

    private Bystander(Target target) {
        this.target = target;
        this.peer = target.mux();
    }

    static Bystander of(Target target) {
        Bystander bystander = new Bystander(target);
        bystander.isServed();
        return bystander;
    }

    /** A check, and behind it that the agent serves both a connection from before it and a fresh one. */
    static Check unharmed(Check check) {
        return target -> {
            Bystander bystander = of(target);
            check.run(target);
            bystander.isUnharmed();
        };
    }

    /** Its next NOTIFY is answered. */
    void isServed() {
        served++;
        RoundTrip.scoring(peer, 2 * served - 1, 1, served);
    }

    /** Its next NOTIFY is answered, and so is one of a fresh connection. */
    void isUnharmed() {
        try {
            isServed();
        } catch (AssertionError | UncheckedIOException e) {
            throw new AssertionError("a connection that was open all along is not served any more: " + e.getMessage(),
                    e);
        }
        try (Peer fresh = target.mux()) {
            RoundTrip.scoring(fresh, 1, 1, served);
        } catch (AssertionError | UncheckedIOException e) {
            throw new AssertionError("a fresh connection is not served any more: " + e.getMessage(), e);
        }
    }
}
