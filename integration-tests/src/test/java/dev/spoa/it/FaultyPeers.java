package dev.spoa.it;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What peers do wrong to a fixture agent. Each method returns when its peers are gone. */
final class FaultyPeers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SocketAddress agent;

    FaultyPeers(SocketAddress agent) {
        this.agent = agent;
    }

    /** A NOTIFY of 10 kB with an answer of the same size. */
    static byte[] big(long streamId) {
        return PeerBytes.notify(streamId, 1,
                PeerBytes.message("echo", new Argument("text", Value.of("x".repeat(10_000)))));
    }

    /** Connections one after the other that are reset in the middle of a frame, with a handler at work. */
    void reset(int number) {
        for (int i = 0; i < number; i++) {
            Peer peer = Peer.mux(agent);
            byte[] frame = big(1);
            peer.sendNotify(3, 1, "sleep", new Argument("ms", Value.of(20L)));
            peer.send(Arrays.copyOf(frame, 1 + i * 19 % (frame.length - 1)));
            peer.reset();
        }
    }

    /** Peers that close their side while a handler is at work. */
    void closeTheirSide(int number) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Peer peer = Peer.mux(agent);
            peer.sendNotify(1, 1, "sleep", new Argument("ms", Value.of(20L)));
            peers.add(peer.halfClose());
        }
        peers.forEach(Peer::expectClosed);
        peers.forEach(Peer::close);
    }

    /** Connections at once that never say HELLO; opened runs when all are there. */
    void keepSilent(int number, Runnable opened) {
        List<Peer> silent = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            silent.add(Peer.connect(agent));
        }
        opened.run();
        for (Peer peer : silent) {
            if (!peer.endsWithin(PATIENCE)) {
                throw new AssertionError("a connection without HELLO is still open after " + PATIENCE);
            }
            peer.close();
        }
    }

    /** A peer that sends and does not read its ACKs, until it is closed for that. */
    void readNothing() {
        try (Peer deaf = Peer.connect(agent, 4_096).hello(PeerBytes.muxHello())) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (int i = 0; System.nanoTime() - deadline < 0; i++) {
                deaf.send(big(2 * i + 1));
            }
            throw new AssertionError("the agent has not closed a peer that does not read its ACKs within " + PATIENCE);
        } catch (UncheckedIOException closed) {
            // as it should be
        }
    }

    /** Connections one after the other whose bytes are no frame. */
    void sendGarbage(int number) {
        for (int i = 0; i < number; i++) {
            try (Peer peer = Peer.mux(agent)) {
                peer.sendHex("0000000903000000010101" + "ff".repeat(2));
                peer.readToEnd(PATIENCE);
            }
        }
    }
}
