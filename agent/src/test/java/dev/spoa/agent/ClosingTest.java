package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.Engine;
import dev.spoa.engine.HealthCheck;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameType;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that closes finishes what is in flight. */
class ClosingTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir Path folder;

    private final Gate gate = new Gate();

    private Agent start(HandlerKind kind) {
        return Agents.start(builder -> gate.register(builder, kind, "wait").onInline("inline", Agents::answer));
    }

    private static CompletableFuture<Void> closeLater(Agent agent, Duration grace) {
        return CompletableFuture.runAsync(() -> agent.close(grace), task -> Thread.ofPlatform().start(task));
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void answersWhatIsInFlightAndWhatStillComes(HandlerKind kind) throws Exception {
        Agent agent = start(kind);
        SocketAddress address = Agents.addressOf(agent);
        try (Peer peer = Peer.mux(address)) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            CompletableFuture<Void> closing = closeLater(agent, LONG);
            Agents.awaitRefusal(address);

            peer.sendNotify(3, 1, "inline");
            assertThat(peer.readAck(3, 1)).containsExactly(Agents.answerOf("inline"));
            peer.sendNotify(5, 1, "wait");
            gate.await(2).release();
            assertThat(peer.readAck(5, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            assertThat(closing).isNotDone();
            gate.await(1).release();

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            peer.expectDisconnect(StatusCode.NORMAL);
            peer.halfClose();
            closing.get(10, TimeUnit.SECONDS);
            agent.awaitClosed();
            assertThat(agent.statistics().lateResults()).isZero();
            assertThat(agent.statistics().connections()).isZero();
        }
    }

    @Test
    void disconnectsConnectionsThatAreQuietAndThoseWithoutHello() {
        Agent agent = start(HandlerKind.BLOCKING);
        SocketAddress address = Agents.addressOf(agent);
        try (Peer busy = Peer.mux(address);
                Peer idle = Peer.mux(address);
                Peer silent = Peer.connect(address);
                Peer check = Peer.connect(address).hello(PeerBytes.healthCheck())) {
            busy.sendNotify(1, 1, "wait");
            gate.await(1);
            CompletableFuture<Void> closing = closeLater(agent, LONG);

            idle.expectDisconnect(StatusCode.NORMAL);
            silent.expectClosed();
            check.expectClosed();

            assertThat(closing).isNotDone();
            gate.releaseAll();
            busy.readAck(1, 1);
            busy.expectDisconnect(StatusCode.NORMAL);
        }
        agent.close();
    }

    @Test
    void answersTheFirstNotifyOfAConnectionThatWasJustOpened() {
        Agent agent = start(HandlerKind.BLOCKING);
        SocketAddress address = Agents.addressOf(agent);
        try (Peer held = Peer.mux(address); Peer opened = Peer.connect(address)) {
            held.sendNotify(1, 1, "wait");
            gate.await(1);
            Agents.until(() -> agent.statistics().accepted() == 2);
            CompletableFuture<Void> closing = closeLater(agent, LONG);
            Agents.awaitRefusal(address);

            opened.hello(PeerBytes.muxHello());
            opened.sendNotify(1, 1, "inline");
            assertThat(opened.readAck(1, 1)).containsExactly(Agents.answerOf("inline"));
            opened.expectDisconnect(StatusCode.NORMAL);

            assertThat(closing).isNotDone();
            gate.releaseAll();
            held.readAck(1, 1);
            held.expectDisconnect(StatusCode.NORMAL);
        }
        agent.close();
    }

    @Test
    void waitsForTheRestOfAFrameAndOfAFragmentedNotify() {
        Agent agent = start(HandlerKind.BLOCKING);
        byte[] notify = PeerBytes.notify(1, 1, PeerBytes.message("inline"));
        SocketAddress address = Agents.addressOf(agent);
        try (Peer cut = Peer.mux(address); Peer fragmented = Peer.legacy(address)) {
            cut.send(Arrays.copyOf(notify, 9));
            fragmented.send(PeerBytes.frame(FrameType.NOTIFY, 0, 1, 1, new byte[0]));
            CompletableFuture<Void> closing = closeLater(agent, LONG);
            Agents.awaitRefusal(address);

            assertThat(cut.speaksWithin(Duration.ofSeconds(1))).isFalse();
            assertThat(fragmented.speaksWithin(Duration.ofMillis(1))).isFalse();

            cut.send(Arrays.copyOfRange(notify, 9, notify.length));
            fragmented.send(PeerBytes.frame(FrameType.UNSET, 1, 1, 1, PeerBytes.message("inline")));
            for (Peer peer : List.of(cut, fragmented)) {
                assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("inline"));
                peer.expectDisconnect(StatusCode.NORMAL);
            }
            closing.join();
        }
    }

    @Test
    void failsHealthChecksAndServesOnWhileItGivesNotice() {
        Agent agent = Agents.start(builder -> builder.onInline("inline", Agents::answer).notice(Duration.ofSeconds(3)));
        SocketAddress address = Agents.addressOf(agent);
        try (Peer before = Peer.mux(address)) {
            CompletableFuture<Void> closing = closeLater(agent, LONG);
            Agents.until(() -> !isHealthy(address));

            try (Peer after = Peer.mux(address)) {
                for (Peer peer : List.of(before, after)) {
                    peer.sendNotify(1, 1, "inline");
                    assertThat(peer.readAck(1, 1)).containsExactly(Agents.answerOf("inline"));
                }
                assertThat(isHealthy(address)).isFalse();
                assertThat(closing).isNotDone();
                Agents.awaitRefusal(address);
                before.expectDisconnect(StatusCode.NORMAL);
                after.expectDisconnect(StatusCode.NORMAL);
            }
        }
        agent.close();
    }

    private static boolean isHealthy(SocketAddress address) {
        HealthCheck check = Engine.builder().check(address);
        assertThat(check.up() || check.reason().contains("the agent is about to close")).as(check.reason()).isTrue();
        return check.up();
    }

    @Test
    void givesNoNoticeWithoutGrace() {
        Agent agent = Agents.start(builder -> builder.notice(Duration.ofHours(1)));
        agent.close(Duration.ZERO);

        Agents.awaitRefusal(Agents.addressOf(agent));
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "BLOCKING"})
    void givesUpWhatIsLeftWhenTheGraceTimeIsOver(HandlerKind kind) throws Exception {
        Agent agent = start(kind);
        try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            Gate.Call call = gate.await(1);
            CompletableFuture<Void> closing = closeLater(agent, Duration.ofMillis(50));

            peer.expectDisconnect(StatusCode.NORMAL);
            Agents.until(call::isGivenUp);
            peer.halfClose();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(agent.statistics().acks()).isZero();
        }
    }

    @Test
    void givesEverythingUpAtOnceWithoutGrace() {
        Agent agent = start(HandlerKind.BLOCKING);
        try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            Gate.Call call = gate.await(1);
            CompletableFuture<Void> closing = closeLater(agent, Duration.ZERO);

            peer.expectDisconnect(StatusCode.NORMAL);
            Agents.until(call::isGivenUp);
            peer.halfClose();
            closing.join();
        }
    }

    @Test
    void endsAConnectionWhosePeerDoesNotClose() {
        Agent agent = start(HandlerKind.BLOCKING);
        try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
            agent.close(LONG);

            peer.expectDisconnect(StatusCode.NORMAL);
            assertThat(agent.statistics().connections()).isZero();
        }
    }

    @Test
    void waitsForTheGraceTimeOfTheBuilder() throws Exception {
        Agent agent = Agents
                .start(builder -> gate.register(builder, HandlerKind.BLOCKING, "wait").grace(Duration.ofMillis(20)));
        try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            Gate.Call call = gate.await(1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);

            peer.expectDisconnect(StatusCode.NORMAL);
            peer.halfClose();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(call.isGivenUp()).isTrue();
        }
    }

    @Test
    void waitsInASecondCallForTheFirst() throws Exception {
        Agent agent = start(HandlerKind.BLOCKING);
        try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "wait");
            gate.await(1);
            List<CompletableFuture<Void>> closings = new ArrayList<>();
            closings.add(closeLater(agent, LONG));
            Agents.awaitRefusal(Agents.addressOf(agent));
            closings.add(closeLater(agent, Duration.ZERO));
            closings.add(closeLater(agent, LONG));
            CountDownLatch closed = new CountDownLatch(1);
            Thread waiting = Thread.ofPlatform().start(() -> {
                try {
                    agent.awaitClosed();
                    closed.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            peer.sendNotify(3, 1, "inline");
            peer.readAck(3, 1);
            assertThat(closings).noneMatch(CompletableFuture::isDone);
            assertThat(closed.getCount()).isEqualTo(1);

            gate.releaseAll();
            peer.readAck(1, 1);
            peer.expectDisconnect(StatusCode.NORMAL);
            peer.halfClose();

            for (CompletableFuture<Void> closing : closings) {
                closing.get(10, TimeUnit.SECONDS);
            }
            waiting.join();
            assertThat(closed.getCount()).isZero();
        }
    }

    @Test
    void goesOnWhenAThreadThatWaitsIsInterrupted() throws Exception {
        try (Agent agent = start(HandlerKind.BLOCKING)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(agent::awaitClosed).isInstanceOf(InterruptedException.class);
            try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
                peer.sendNotify(1, 1, "inline");
                peer.readAck(1, 1);
            }
        }
    }

    @Test
    void keepsTheInterruptOfAThreadThatCloses() {
        Agent agent = start(HandlerKind.BLOCKING);
        Thread.currentThread().interrupt();

        agent.close();

        assertThat(Thread.interrupted()).isTrue();
        Agents.awaitRefusal(Agents.addressOf(agent));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void removesTheFileOfItsUnixSocket(Transport transport) {
        Path socket = folder.resolve("agent.sock");
        Agent agent = Agents.start(builder -> builder.transport(transport).listen("unix@" + socket));
        assertThat(agent.addresses()).hasSize(2).endsWith(UnixDomainSocketAddress.of(socket));
        assertThat(socket).exists();

        agent.close();

        assertThat(socket).doesNotExist();
        assertThat(agent.addresses()).endsWith(UnixDomainSocketAddress.of(socket));
    }

    @Test
    void leavesNoThreadBehind() {
        List<Thread> before = threads();
        Agent agent = start(HandlerKind.BLOCKING);
        try (Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(1, 1, "inline");
            peer.readAck(1, 1);
        }
        assertThat(threads()).hasSizeGreaterThan(before.size());

        agent.close();

        Agents.until(() -> before.containsAll(threads()));
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("spoa-"))
                .toList();
    }
}
