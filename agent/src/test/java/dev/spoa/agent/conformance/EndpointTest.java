package dev.spoa.agent.conformance;

import static dev.spoa.engine.raw.PeerBytes.arg;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.agent.AgentBuilder;
import dev.spoa.agent.Limits;
import dev.spoa.agent.conformance.AgentUnderTest.Held;
import dev.spoa.agent.conformance.AgentUnderTest.Kind;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/**
 * A test against an agent of its own, and what every such test checks in the end: that the neighbour, a connection with
 * a NOTIFY pending all the time, gets its answer and more of them; that the agent has found no error in itself; and that
 * nothing of the test's own connections is left.
 */
abstract class EndpointTest {
    private static final long NEIGHBOUR = 7;

    @Parameter Endpoint endpoint;

    AgentLogCapture log;
    AgentUnderTest agent;
    private Peer neighbour;
    private Held pendingOfNeighbour;
    private Path socket;
    private final List<Peer> open = new ArrayList<>();

    @BeforeEach
    final void prepare() throws IOException {
        assumeTrue(endpoint.isAvailable(), () -> endpoint + " is not available here");
        if (endpoint.isUnix()) {
            socket = Files.createTempDirectory("spoa").resolve("socket");
        }
        log = new AgentLogCapture();
    }

    /** Starts the agent, with a neighbour. */
    final AgentUnderTest start(Kind kind) {
        return start(kind, builder -> {
        });
    }

    final AgentUnderTest start(Kind kind, Limits.Builder limits) {
        // on a busy machine every handler is slow now and then, and the log is looked at
        return start(kind, builder -> builder.limits(limits.slowHandler(Duration.ofHours(1)).build()));
    }

    final AgentUnderTest start(Kind kind, Consumer<AgentBuilder> settings) {
        startAlone(kind, settings);
        neighbour = connect().hello(PeerBytes.legacyHello());
        neighbour.sendNotify(NEIGHBOUR, 1, "neighbour", arg("n", Value.of(NEIGHBOUR)));
        pendingOfNeighbour = agent.awaitNeighbours(1).getFirst();
        return agent;
    }

    /** Starts the agent, and no neighbour. */
    final AgentUnderTest startAlone(Kind kind, Consumer<AgentBuilder> settings) {
        agent = AgentUnderTest.start(kind, builder -> {
            endpoint.configure(builder, socket);
            settings.accept(builder);
        });
        return agent;
    }

    /** A connection, without HELLO. */
    final Peer connect() {
        return opened(Peer.connect(agent.address()));
    }

    final Peer opened(Peer peer) {
        open.add(peer);
        return peer;
    }

    /** A connection with its HELLO done, as HAProxy from 3.1 on does it. */
    final Peer engine() {
        return connect().hello(PeerBytes.muxHello());
    }

    /** A connection with its HELLO done, as HAProxy up to 3.0 does it. */
    final Peer legacyEngine() {
        return connect().hello(PeerBytes.legacyHello());
    }

    /** Waits until the agent has only its neighbour. */
    final void awaitOnlyNeighbour() {
        awaitUntil(() -> agent.statistics().connections() == (neighbour == null ? 0 : 1));
    }

    static void awaitUntil(Callable<Boolean> condition) {
        await().atMost(Peer.PATIENCE).pollInterval(1, MILLISECONDS).until(condition);
    }

    /** Waits until the agent has read what was sent so far: it serves its connections in turn. */
    final void untilRead() {
        for (int i = 0; i < 2; i++) {
            neighbour.sendNotify(NEIGHBOUR, 2, "echo");
            assertThat(neighbour.readAck(NEIGHBOUR, 2)).isEmpty();
        }
    }

    static Action set(String name, Value value) {
        return new Action.SetVar(Scope.TRANSACTION, name, value);
    }

    /** What the default failure policy answers. */
    static List<Action> error(String kind) {
        return List.of(set("agent_error", Value.of(kind)));
    }

    /** That a connection still answers. */
    static void assertAnswers(Peer peer) {
        peer.sendNotify(101, 1, "echo", arg("still", Value.of("there")));
        assertThat(peer.readAck(101, 1)).containsExactly(set("still", Value.of("there")));
    }

    @AfterEach
    final void nothingIsDisturbedAndNothingIsLeft() throws IOException {
        if (log == null) {
            return;
        }
        try {
            if (neighbour != null) {
                assertNeighbourIsUndisturbed();
            }
        } finally {
            open.forEach(Peer::close);
            if (agent != null) {
                agent.close();
            }
            log.close();
            if (socket != null) {
                Files.deleteIfExists(socket);
                Files.delete(socket.getParent());
            }
        }
        assertThat(log.warnings()).noneMatch(text -> text.contains("error in the agent itself"))
                .noneMatch(text -> text.contains("the failure policy itself failed"));
        if (agent != null) {
            assertThat(agent.statistics().connections()).isZero();
        }
    }

    private void assertNeighbourIsUndisturbed() {
        assertAnswers(neighbour);
        assertThat(pendingOfNeighbour.isGivenUp()).as("the neighbour's handler was given up").isFalse();
        pendingOfNeighbour.release();
        assertThat(neighbour.readAck(NEIGHBOUR, 1)).containsExactly(set("held", Value.of(NEIGHBOUR)));
        open.stream().filter(peer -> !peer.equals(neighbour)).forEach(Peer::close);
        awaitOnlyNeighbour();
        awaitUntil(() -> agent.statistics().inFlight() == 0);
        neighbour.sendDisconnect(StatusCode.NORMAL);
        neighbour.expectDisconnect(StatusCode.NORMAL);
    }
}
