package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that handlers can do, mixed at random over several connections: each NOTIFY has one ACK. */
class OneAckForEveryNotifyTest {
    private static final List<HandlerKind> KINDS = List.of(HandlerKind.values());
    private static final int CONNECTIONS = 4;
    private static final int NOTIFIES = 400;
    /** What the handlers do; each behaviour is there in every kind of handler. */
    private static final List<String> BEHAVIOURS = List.of("ok", "fail", "error", "argument", "huge", "catch", "later",
            "slow");

    private record Ids(int connection, long stream) {}

    private static void behave(Message message, Reply reply) throws Exception {
        reply.set(Scope.TRANSACTION, "n", message.integer("n"));
        String name = message.name();
        switch (name.substring(name.indexOf('.') + 1)) {
            case "fail" -> throw new IllegalStateException("planted");
            case "error" -> throw new StackOverflowError("planted");
            case "argument" -> reply.set(Scope.TRANSACTION, "s", message.string("n"));
            case "huge" -> reply.set(Scope.TRANSACTION, "b", new byte[20_000]);
            case "catch" -> {
                try {
                    reply.set(Scope.TRANSACTION, "b", new byte[20_000]);
                } catch (ReplyTooLargeException e) {
                    reply.set(Scope.TRANSACTION, "caught", true);
                }
            }
            default -> {
            }
        }
    }

    private final Gate gate = new Gate();

    private void register(AgentBuilder builder) {
        for (HandlerKind kind : HandlerKind.values()) {
            for (String behaviour : BEHAVIOURS) {
                kind.register(builder, kind + "." + behaviour, (message, reply) -> {
                    if (!kind.isOnEventLoop() && (behaviour.equals("later") || behaviour.equals("slow"))) {
                        // some of these meet the deadline, and some do not
                        Thread.sleep(behaviour.equals("slow") ? 60 : 2);
                    }
                    behave(message, reply);
                });
            }
        }
        builder.onAsync("silent", (message, reply) -> new CompletableFuture<>());
        builder.deadline("silent", Duration.ofMillis(25)).inFlight("silent", 10);
        builder.deadline("BLOCKING.slow", Duration.ofMillis(25)).deadline("ASYNC_LATER.slow", Duration.ofMillis(25));
        gate.register(builder, HandlerKind.ASYNC, "full").inFlight("full", 1);
        builder.limits(Limits.builder().notificationsPerConnection(60).notifications(150).build());
    }

    private static byte[] messages(Random random) {
        int number = random.nextInt(4);
        byte[][] messages = new byte[number][];
        for (int i = 0; i < number; i++) {
            String name = switch (random.nextInt(12)) {
                case 0 -> "unknown";
                case 1 -> "silent";
                case 2 -> "full";
                default -> KINDS.get(random.nextInt(KINDS.size())) + "."
                        + BEHAVIOURS.get(random.nextInt(BEHAVIOURS.size()));
            };
            messages[i] = random.nextInt(15) == 0
                    ? PeerBytes.message(name)
                    : PeerBytes.message(name, PeerBytes.arg("n", Value.of(random.nextLong())));
        }
        return PeerBytes.join(messages);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverHappens(long seed) {
        Random random = new Random(seed);
        Map<Ids, List<Action>> answers = new HashMap<>();
        Set<Ids> sent = new HashSet<>();
        try (Agent agent = Agents.start(this::register)) {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                peers.add(Peer.mux(Agents.addressOf(agent)));
            }
            peers.getFirst().sendNotify(0, 1, "full");
            gate.await(1);
            for (int i = 0; i < NOTIFIES; i++) {
                int connection = random.nextInt(CONNECTIONS);
                long stream = 2L * i + 1;
                byte[] notify = PeerBytes.notify(stream, 1, messages(random));
                int cut = random.nextInt(3) == 0 ? random.nextInt(notify.length) : 0;
                peers.get(connection).sendInPieces(notify, Thread::yield, cut);
                sent.add(new Ids(connection, stream));
            }
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                int own = connection;
                long expected = sent.stream().filter(ids -> ids.connection == own).count();
                for (int i = 0; i < expected; i++) {
                    Peer.Ack ack = peers.get(connection).readAck();
                    assertThat(answers.put(new Ids(connection, ack.streamId()), ack.actions()))
                            .as("a second ACK of stream %d", ack.streamId()).isNull();
                }
            }
            assertThat(answers).containsOnlyKeys(sent);
            gate.await(1).release();
            assertThat(peers.getFirst().readAck(0, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            // nothing comes after them
            for (Peer peer : peers) {
                peer.sendNotify(999_999, 1, "INLINE.ok", PeerBytes.arg("n", Value.of(1L)));
                assertThat(peer.readAck(999_999, 1)).containsExactly(Agents.set("n", Value.of(1L)));
            }
            Agents.until(() -> agent.statistics().inFlight() == 0);
            AgentStatistics statistics = agent.statistics();
            assertThat(statistics.acks()).isEqualTo(NOTIFIES + CONNECTIONS + 1);
            assertThat(statistics.notifications()).isEqualTo(NOTIFIES + CONNECTIONS + 1);
            assertThat(statistics.superseded()).isZero();
            assertThat(statistics.failures().values()).allMatch(count -> count > 0);
            peers.forEach(Peer::close);
        }
    }
}
