package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Transport;
import dev.spoa.engine.raw.Peer;
import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that may open no more sockets serves those that it has, and the others when it may again. */
class DescriptorsIT {
    /** The JVM and its class path need some hundred; the rest is for connections. */
    private static final int DESCRIPTORS = 160;
    private static final String CAUSE = "Too many open files";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration EXHAUSTED = Duration.ofSeconds(2);

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void noneLeft(Transport transport, @TempDir Path folder) throws Exception {
        try (AgentProcess agent = AgentProcess.withDescriptors(DESCRIPTORS, folder, transport);
                Bystander bystander = new Bystander(agent.address())) {
            List<Peer> crowd = new ArrayList<>();
            for (int i = 0; i < DESCRIPTORS; i++) {
                crowd.add(Peer.connect(agent.address()));
            }
            try (Peer waiting = Peer.connect(agent.address()).send(PeerBytes.muxHello())) {
                await().atMost(PATIENCE).until(() -> agent.lines().stream().anyMatch(line -> line.contains(CAUSE)));
                String fared = bystander.assertNothingLost();

                // nothing else is asked of the agent now, so this is what it does by itself
                Duration before = agent.processorTime();
                assertThat(waiting.speaksWithin(EXHAUSTED)).as("whether the one beyond the limit was let in").isFalse();
                Duration busy = agent.processorTime().minus(before);
                crowd.forEach(Peer::close);
                waiting.readHello();
                waiting.sendNotify(1, 1, "echo", new Argument("n", Value.of(1L)));
                assertThat(waiting.readAck(1, 1)).hasSize(1);

                assertThat(busy).isLessThan(EXHAUSTED.dividedBy(4));
                assertThat(agent.lines()).filteredOn(line -> line.contains(CAUSE)).hasSizeBetween(1, 2)
                        .allMatch(line -> line.startsWith("WARN  dev.spoa.agent.Agent: cannot accept connections on"));
                assertThat(agent.lines()).as("the address, and what is logged").hasSizeLessThan(5);
                Figures.record("faults", "no descriptors left, by " + transport + ", " + busy.toMillis()
                        + " ms of processor time in " + EXHAUSTED.toMillis() + " ms, " + fared);
            } finally {
                crowd.forEach(Peer::close);
            }
            try (Bystander afterwards = new Bystander(agent.address())) {
                afterwards.assertNothingLost();
            }
        }
    }
}
