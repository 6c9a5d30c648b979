package dev.spoa.conformance;

import static dev.spoa.engine.raw.Peer.arg;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Value;
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
        Echo.roundTrip(peer, 2 * served - 1, 1, arg("served", Value.of(served)));
    }

    /** Its next NOTIFY is answered, and so is one of a fresh connection. */
    void isUnharmed() {
        try {
            isServed();
        } catch (AssertionError | UncheckedIOException | ProtocolException e) {
            throw new AssertionError("a connection that was open all along is not served any more: " + e.getMessage(),
                    e);
        }
        try (Peer fresh = target.mux()) {
            Echo.roundTrip(fresh, 1, 1, arg("fresh", Value.of(served)));
        } catch (AssertionError | UncheckedIOException | ProtocolException e) {
            throw new AssertionError("a fresh connection is not served any more: " + e.getMessage(), e);
        }
    }
}
