package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.raw.Peer;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import java.lang.ref.WeakReference;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is stopped by SIGTERM loses nothing, unless it wants to. */
class ShutdownHookTest {
    @TempDir Path folder;

    private Process process;

    /** The program that is stopped: its handler waits for a file. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Agent agent = Agent.builder().on("wait", (message, reply) -> {
                Files.createFile(folder.resolve("inside"));
                while (!Files.exists(folder.resolve("go"))) {
                    Thread.sleep(1);
                }
                reply.set(Scope.TRANSACTION, "gone", true);
            }).shutdownHook(Boolean.parseBoolean(args[1])).eventLoops(1).listen("unix@" + folder.resolve("agent.sock"))
                    .start();
            Files.createFile(folder.resolve("ready"));
            agent.awaitClosed();
        }
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Peer start(boolean hook) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        process = new ProcessBuilder(java.toString(), "-Xmx64m", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Program.class.getName(), folder.toString(), Boolean.toString(hook)).inheritIO().start();
        Agents.until(() -> Files.exists(folder.resolve("ready")) || !process.isAlive());
        assertThat(process.isAlive()).isTrue();
        return Peer.mux(UnixDomainSocketAddress.of(folder.resolve("agent.sock")));
    }

    @Test
    void answersWhatIsPendingAndDisconnectsAtSigterm() throws Exception {
        try (Peer peer = start(true)) {
            peer.sendNotify(1, 1, "wait");
            Agents.until(() -> Files.exists(folder.resolve("inside")));
            process.destroy();
            // the socket goes first, so the agent is closing
            Agents.until(() -> Files.notExists(folder.resolve("agent.sock")));
            assertThat(process.isAlive()).isTrue();
            Files.createFile(folder.resolve("go"));

            assertThat(peer.readAck(1, 1)).containsExactly(Agents.set("gone", Value.TRUE));
            peer.expectDisconnect(StatusCode.NORMAL);
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
    }

    @Test
    void canBeDoneWithout() throws Exception {
        try (Peer peer = start(false)) {
            process.destroy();

            peer.expectClosed();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("agent.sock")).exists();
    }

    @Test
    void isRemovedWhenTheAgentIsClosed() {
        WeakReference<Agent> closed = startAndClose();

        // a hook would hold its agent for as long as the process lives
        Agents.until(() -> {
            System.gc();
            return closed.refersTo(null);
        });
    }

    private static WeakReference<Agent> startAndClose() {
        Agent agent = Agents.start(builder -> builder.shutdownHook(true));
        agent.close();
        return new WeakReference<>(agent);
    }
}
