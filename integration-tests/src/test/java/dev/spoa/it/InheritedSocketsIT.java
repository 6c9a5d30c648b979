package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Pipelining;
import dev.spoa.engine.Engine;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent in a process of its own, with the sockets that it is given. {@link RollingRestartIT} replaces such agents. */
class InheritedSocketsIT {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void areAllServed(int sockets) throws Exception {
        try (SocketKeeper keeper = new SocketKeeper(folder, Pipelining.ALWAYS, sockets)) {
            ProcessHandle agent = keeper.startAgent();

            assertThat(keeper.addresses()).hasSize(sockets).doesNotHaveDuplicates()
                    .allSatisfy(InheritedSocketsIT::assertServes);
            agent.destroy();
            agent.onExit().join();
            keeper.startAgent();
            assertThat(keeper.addresses()).as("by the next one").allSatisfy(InheritedSocketsIT::assertServes);
        }
    }

    private static void assertServes(SocketAddress address) {
        try (Engine engine = Engine.builder().connect(address)) {
            assertThat(engine.notify("echo", new Argument("n", Value.of(1L))).join().value(Scope.TRANSACTION, "n"))
                    .contains(Value.of(1L));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LISTEN_PID=1  | the inherited sockets are for process 1 \\(LISTEN_PID\\), and this one is \\d+; .*
            LISTEN_FDS=x  | LISTEN_FDS must be from 1 to 1024, not "x"
            LISTEN_FDS=0  | LISTEN_FDS must be from 1 to 1024, not "0"
            LISTEN_FDS=2  | cannot listen on fd@4: descriptor 4 is no.*
            BLOCKING=1    | cannot listen on fd@3: descriptor 3 is a blocking socket; .* NonBlocking=true\\)
            """)
    void areRefusedWithWhatHasToBeSet(String variables, String why) throws Exception {
        try (SocketKeeper keeper = new SocketKeeper(folder, Pipelining.ALWAYS, 1)) {
            assertThat(keeper.startInVain(variables)).matches(why);

            keeper.startAgent();
            assertServes(keeper.addresses().getFirst());
        }
    }
}
