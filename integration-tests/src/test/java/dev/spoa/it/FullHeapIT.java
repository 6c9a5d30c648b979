package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.FailureKind;
import dev.spoa.agent.Transport;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineException;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent whose heap is really full, by a handler or by something else in its process. */
class FullHeapIT {
    private static final int TIMES = 10;
    /** What fails for want of memory is seldom the same. */
    private static final int AGENTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FULL = Duration.ofMillis(1_500);
    private static final String CAUSE = "java.lang.OutOfMemoryError: Java heap space";

    /** It fails for want of a large piece, so that something is left for who wants little. */
    @ParameterizedTest
    @ValueSource(strings = {"fill-inline", "fill-blocking", "fill-async"})
    void byAHandler(String message, @TempDir Path folder) throws Exception {
        try (AgentProcess agent = AgentProcess.withSmallHeap(folder, Transport.AUTO);
                Bystander bystander = new Bystander(agent.address());
                Engine engine = Engine.builder().connect(agent.address())) {
            for (int i = 0; i < TIMES; i++) {
                assertThat(engine.notify(message, new Argument("bytes", Value.of(1L << 20))).join()
                        .value(Scope.TRANSACTION, "agent_error"))
                        .contains(Value.of(FailureKind.HANDLER_ERROR.text()));
            }
            assertThat(agent.lines()).contains(CAUSE);
            Figures.record("faults", "a handler fills the heap " + TIMES + " times, " + message + ", "
                    + bystander.assertNothingLost());
        }
    }

    /**
     * Everybody wants for everything meanwhile, the event loop and Netty included, so NOTIFYs and connections may be lost.
     * But when it is over the agent serves again.
     */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void bySomethingElse(Transport transport, @TempDir Path folder) throws Exception {
        for (int i = 0; i < AGENTS; i++) {
            fillBeside(transport, folder);
        }
    }

    private static void fillBeside(Transport transport, Path folder) throws Exception {
        try (AgentProcess agent = AgentProcess.withSmallHeap(folder, transport)) {
            try (Engine engine = Engine.builder().connect(agent.address())) {
                engine.notify("fill-beside", new Argument("bytes", Value.of(1_024L)),
                        new Argument("ms", Value.of(FULL.toMillis()))).join();
            }
            int answered = 0;
            int lost = 0;
            for (long start = System.nanoTime(); System.nanoTime() - start < FULL.toNanos();) {
                if (isServed(agent.address())) {
                    answered++;
                } else {
                    lost++;
                }
            }
            await().atMost(PATIENCE).until(() -> isServed(agent.address()));
            try (Bystander afterwards = new Bystander(agent.address())) {
                Figures.record("faults", "a heap that is full, " + transport + ", connections meanwhile: " + answered
                        + " served, " + lost + " not; afterwards " + afterwards.assertNothingLost());
            }
        }
    }

    private static boolean isServed(SocketAddress agent) {
        try (Engine engine = Engine.builder().helloTimeout(Duration.ofSeconds(1))
                .processingTimeout(Duration.ofSeconds(1)).connect(agent)) {
            return engine.notify("echo", new Argument("n", Value.TRUE)).join().value(Scope.TRANSACTION, "n")
                    .filter(Value.TRUE::equals).isPresent();
        } catch (EngineException | CompletionException e) {
            return false;
        }
    }
}
