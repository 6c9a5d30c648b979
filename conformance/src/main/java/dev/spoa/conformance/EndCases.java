package dev.spoa.conformance;

import static dev.spoa.conformance.Contract.big;
import static dev.spoa.conformance.Contract.sleep;
import static dev.spoa.conformance.Contract.slept;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.wire.FrameType;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** C38 to C44: how a connection ends, and how it does not. */
final class EndCases {
    /** Longer than any case waits for an answer of another connection, so that it is pending all the time. */
    private static final long PENDING_MS = 3_000;
    private static final Duration UNTIL_READ = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofSeconds(4);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(45);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final int TIMES = 20;
    /** Far more than the buffers of the kernel take. */
    private static final long BYTES_DUE = 24L << 20;
    private static final int LARGE_FRAME = 1_048_572;
    private static final int SMALL_BUFFER = 8_192;

    private EndCases() {}

    static List<Case> all() {
        return List.of(
                Case.must("C38", "answers HAPROXY-DISCONNECT by AGENT-DISCONNECT 0 and closes", "9.1, 4.3",
                        EndCases::disconnectWhenIdle),
                Case.must("C39", "answers HAPROXY-DISCONNECT with NOTIFYs pending, and sends no ACK any more",
                        "9.1, 4.3",
                        EndCases::disconnectWhenPending),
                Case.must("C40", "survives HAPROXY-DISCONNECT with a reset behind it", "9.1, 4.3",
                        EndCases::disconnectAndReset),
                Case.must("C41", "closes after a FIN with NOTIFYs pending, and writes nothing but their ACKs",
                        "9.1, 4.3",
                        EndCases::finWhenPending),
                Case.must("C42", "serves others while one does not read its ACKs", "9.1", EndCases::doesNotRead),
                Case.should("C42.timeout", "closes a connection that does not read its ACKs, by a write timeout", "9.1",
                        EndCases::writeTimeout).first(),
                Case.must("C43", "on SIGTERM answers what is pending, then sends AGENT-DISCONNECT 0 and closes",
                        "9.1, 4.3", EndCases::shutdown).last(),
                Case.must("C44", "keeps a connection that is idle for " + IDLE.toSeconds() + " seconds", "9.1, 4.3",
                        EndCases::idle),
                Case.untestable("C44.full", "keeps a connection that is idle for ten minutes", "9.1, 4.3",
                        "it would take ten minutes; C44 is the part that does not"));
    }

    private static void disconnectWhenIdle(Target target) {
        for (Peer peer : List.of(target.legacy(), target.mux())) {
            target.requireAnswers(peer);
            Ending.requireDisconnect("HAPROXY-DISCONNECT 0", peer.sendDisconnect(StatusCode.NORMAL), target.patience(),
                    StatusCode.NORMAL);
        }
        target.requireServes();
    }

    private static Peer pending(Target target, long ms) {
        Peer peer = target.legacy();
        for (int i = 0; i < 3; i++) {
            peer.send(PeerBytes.notify(i, 1, sleep(ms)));
        }
        target.pause(UNTIL_READ);
        return peer;
    }

    private static void disconnectWhenPending(Target target) {
        Peer peer = pending(target, PENDING_MS).sendDisconnect(StatusCode.NORMAL);
        Ending.requireDisconnect("HAPROXY-DISCONNECT 0 with three NOTIFYs pending", peer, target.patience(),
                StatusCode.NORMAL);
        target.requireServes();
    }

    private static void disconnectAndReset(Target target) {
        for (int i = 0; i < TIMES; i++) {
            target.mux().sendDisconnect(StatusCode.NORMAL).reset();
        }
        pending(target, 200).sendDisconnect(StatusCode.NORMAL).reset();
        pending(target, 200).reset();
        target.requireServes();
    }

    private static void finWhenPending(Target target) {
        Peer peer = pending(target, 500).halfClose();
        for (int acks = 0; peer.speaksWithin(target.patience()); acks++) {
            Peer.Frame came = peer.readFrame();
            long streamId = came.header().streamId();
            boolean isDisconnect = came.header().type() == FrameType.AGENT_DISCONNECT.code();
            if (!isDisconnect) {
                Expected.ack("a FIN with three NOTIFYs pending", came, streamId, 1, slept(500));
            }
            if (acks > 3) {
                throw new AssertionError("expected no more than three ACKs and one AGENT-DISCONNECT after a FIN with"
                        + " three NOTIFYs pending, but then came " + came);
            }
        }
        peer.expectClosed();
        target.requireServes();
    }

    /** An engine that has so many large ACKs due that they can be in no buffer of the kernel, and reads none. */
    private static Peer stalled(Target target) {
        Peer peer = target.connect(SMALL_BUFFER).hello(Hellos.mux(LARGE_FRAME));
        int n = peer.maxLength() - 100;
        long due = 0;
        for (int i = 0; due < BYTES_DUE; i++, due += n) {
            peer.send(PeerBytes.notify(2 * i + 1, 1, big(n)));
        }
        return peer;
    }

    private static void doesNotRead(Target target) {
        Peer stalled = stalled(target);
        for (int i = 0; i < TIMES; i++) {
            target.requireServes();
            target.pause(Duration.ofMillis(20));
        }
        stalled.reset();
        target.requireServes();
    }

    private static void writeTimeout(Target target) {
        Peer stalled = stalled(target);
        long deadline = System.nanoTime() + WRITE_TIMEOUT.toNanos();
        // the end of a connection hides behind bytes that are not read, but sending on a closed one fails
        while (System.nanoTime() < deadline) {
            try {
                stalled.sendNotify(1, 1, "echo");
            } catch (UncheckedIOException e) {
                target.requireServes();
                return;
            }
            target.pause(BETWEEN_TRIES);
        }
        throw new AssertionError("expected the agent to close a connection that reads no ACK, but it has not within "
                + WRITE_TIMEOUT);
    }

    private static void shutdown(Target target) {
        long pid = target.pid();
        ProcessHandle process = ProcessHandle.of(pid)
                .orElseThrow(() -> new NotRunException("there is no process " + pid));
        Peer idle = target.mux();
        Peer busy = target.mux().send(PeerBytes.notify(1, 1, sleep(1_000)));
        target.requireAnswers(idle);
        target.pause(UNTIL_READ);
        if (!process.destroy()) {
            throw new NotRunException("process " + pid + " cannot be sent a SIGTERM");
        }
        Expected.ack("a NOTIFY that is pending when SIGTERM comes", busy.readFrame(), 1, 1, slept(1_000));
        Ending.requireDisconnect("SIGTERM, with the last ACK sent", busy, target.patience(), StatusCode.NORMAL);
        Ending.requireDisconnect("SIGTERM, on a connection with nothing pending", idle, target.patience(),
                StatusCode.NORMAL);
    }

    private static void idle(Target target) {
        Peer peer = target.mux();
        if (peer.speaksWithin(IDLE)) {
            throw new AssertionError("expected nothing on an idle connection, but there came " + peer.readFrame());
        }
        target.requireAnswers(peer);
    }
}
