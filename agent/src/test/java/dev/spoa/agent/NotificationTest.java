package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Value;
import io.netty.channel.uring.IoUring;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a handler is told of the NOTIFY. */
class NotificationTest {
    private record Seen(Optional<String> engineId, long streamId, long frameId, SocketAddress peer, Instant arrival,
            Instant again, Instant handled) {}

    @TempDir Path folder;

    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    private void look(Message message, Reply reply) {
        Instant now = Instant.now();
        Notification notification = message.notification();
        seen.add(new Seen(notification.engineId(), notification.streamId(), notification.frameId(),
                notification.peer(), notification.arrival(), notification.arrival(), now));
    }

    @ParameterizedTest
    @EnumSource
    void hasItsIdsAndTheEngine(HandlerKind kind) {
        try (Agent agent = Agents.start(builder -> kind.register(builder, "m", this::look));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            peer.sendNotify(0, 1, "m");
            peer.readAck(0, 1);
            peer.sendNotify(-1, 1L << 40, "m");
            peer.readAck(-1, 1L << 40);
        }
        assertThat(seen).extracting(Seen::engineId).containsOnly(Optional.of(PeerBytes.ENGINE_ID));
        assertThat(seen).extracting(Seen::streamId).containsExactly(0L, -1L);
        assertThat(seen).extracting(Seen::frameId).containsExactly(1L, 1L << 40);
    }

    @ParameterizedTest
    @EnumSource
    void hasItsTimeOfArrival(HandlerKind kind) {
        Instant before = Instant.now();
        try (Agent agent = Agents.start(builder -> kind.register(builder, "m", this::look));
                Peer peer = Peer.mux(Agents.addressOf(agent))) {
            for (int i = 1; i <= 3; i++) {
                peer.sendNotify(i, 1, "m");
                peer.readAck(i, 1);
            }
        }
        // two clocks are compared, so leave room for their steps
        Duration step = Duration.ofMillis(20);
        assertThat(seen).allSatisfy(one -> {
            assertThat(one.arrival).isBetween(before.minus(step), one.handled.plus(step)).isEqualTo(one.again);
        });
    }

    @Test
    void arrivesWhenItIsCompleteAndNotWhenItBegins() {
        Instant begun = Instant.now();
        try (Agent agent = Agents.start(builder -> builder.onInline("m", this::look));
                Peer peer = Peer.mux(Agents.addressOf(agent));
                Peer other = Peer.mux(Agents.addressOf(agent))) {
            byte[] notify = PeerBytes.notify(1, 1, PeerBytes.message("m", PeerBytes.arg("n", Value.of(1L))));
            peer.sendInPieces(notify, () -> {
                other.sendNotify(5, 1, "m");
                other.readAck(5, 1);
                Agents.until(() -> Instant.now().isAfter(begun.plusMillis(60)));
            }, notify.length - 1);
            peer.readAck(1, 1);
        }
        assertThat(seen).extracting(Seen::streamId).containsExactly(5L, 1L);
        assertThat(seen.get(1).arrival).isAfter(begun.plusMillis(40));
    }

    @Test
    void hasNoEngineWhereHelloNamesNone() {
        try (Agent agent = Agents.start(builder -> builder.on("m", this::look));
                Peer peer = Peer.connect(Agents.addressOf(agent)).hello(PeerBytes.hello(
                        PeerBytes.kv("supported-versions", Value.of("2.0")),
                        PeerBytes.kv("max-frame-size", new Value.Uint32(16_380)),
                        PeerBytes.kv("capabilities", Value.of(""))))) {
            peer.sendNotify(1, 1, "m");
            peer.readAck(1, 1);
        }
        assertThat(seen).singleElement().extracting(Seen::engineId).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @EnumSource
    void hasTheAddressOfThePeer(Transport transport) {
        assumeTrue(transport != Transport.IO_URING || IoUring.isAvailable());
        Path socket = folder.resolve("agent.sock");
        try (Agent agent = Agents.start(
                builder -> builder.transport(transport).onInline("m", this::look).listen("unix@" + socket));
                Peer tcp = Peer.mux(Agents.addressOf(agent));
                Peer unix = Peer.mux(UnixDomainSocketAddress.of(socket))) {
            tcp.sendNotify(1, 1, "m");
            tcp.readAck(1, 1);
            unix.sendNotify(1, 1, "m");
            unix.readAck(1, 1);
        }
        assertThat(seen.get(0).peer).isInstanceOfSatisfying(InetSocketAddress.class,
                address -> assertThat(address.getAddress().isLoopbackAddress()).isTrue());
        assertThat(seen.get(1).peer).isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @Test
    void isNotThereBeforeItIsOpened() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new ReceivedNotify().peer()).withMessage("no NOTIFY is open");
    }
}
