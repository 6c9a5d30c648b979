package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.scoreOf;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** X31 to X34: many connections at once, of those who talk and of those who do not. */
final class BurstExtra {
    private static final int MANY = 300;
    private static final int HALF_OPEN = 500;

    private BurstExtra() {}

    static List<Case> all() {
        return List.of(
                Case.must("X31", "serves " + MANY + " connections that all connect, then all say HELLO, then all send a"
                        + " NOTIFY", "7.2", BurstExtra::allAtOnce).alone(),
                Case.must("X32", "serves others after " + HALF_OPEN + " connections that came and went without a word",
                        "5.2", Bystander.unharmed(BurstExtra::comeAndGo)).alone(),
                Case.must("X33", "serves others while " + HALF_OPEN + " connections are open without a complete HELLO",
                        "9.2", Bystander.unharmed(BurstExtra::halfOpen)).alone(),
                Case.must("X34", "answers 200 health checks at once and serves others", "5.1",
                        Bystander.unharmed(BurstExtra::healthChecks)).alone());
    }

    private static void allAtOnce(Target target) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            peers.add(target.connect());
        }
        peers.forEach(peer -> peer.send(PeerBytes.muxHello()));
        peers.forEach(Peer::readHello);
        for (int i = 0; i < MANY; i++) {
            peers.get(i).send(PeerBytes.notify(1, 1, scoreOf(i)));
        }
        // the last ones first: the order in which they are served must not matter
        for (int i = MANY - 1; i >= 0; i--) {
            try {
                RoundTrip.isScored(peers.get(i), 1, 1, i);
            } catch (AssertionError e) {
                throw new AssertionError("connection " + (i + 1) + " of " + MANY + ": " + e.getMessage(), e);
            }
        }
    }

    private static void comeAndGo(Target target) {
        for (int i = 0; i < HALF_OPEN; i++) {
            Peer peer = target.connect();
            if (i % 2 == 0) {
                peer.close();
            } else {
                peer.reset();
            }
        }
    }

    private static void halfOpen(Target target) {
        byte[] hello = PeerBytes.muxHello();
        Bystander bystander = Bystander.of(target);
        for (int i = 0; i < HALF_OPEN; i++) {
            int sent = new int[] {0, 3, 4, hello.length / 2, hello.length - 1}[i % 5];
            target.connect().sendWhileOpen(Arrays.copyOf(hello, sent));
            if (i % 25 == 0) {
                bystander.isUnharmed();
            }
        }
        bystander.isUnharmed();
    }

    private static void healthChecks(Target target) {
        List<Peer> checkers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            checkers.add(target.connect().send(PeerBytes.healthCheck()));
        }
        checkers.forEach(Peer::readHello);
        for (int i = 0; i < checkers.size(); i++) {
            if (i % 2 == 0) {
                checkers.get(i).close();
            } else {
                checkers.get(i).reset();
            }
        }
    }
}
