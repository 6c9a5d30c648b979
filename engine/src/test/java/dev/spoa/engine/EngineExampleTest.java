package dev.spoa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What {@link Engine}'s documentation shows. */
class EngineExampleTest {
    @AutoClose private final ScriptedAgent agent = new ScriptedAgent();

    private static Optional<Value> ask(String agent, InetAddress client) {
        // @start region="example"
        try (Engine engine = Engine.builder().connect(agent)) {
            Ack ack = engine.notify("get-ip-reputation", new Argument("ip", Value.of(client))).join();
            return ack.value(Scope.SESSION, "ip_score");
        }
        // @end
    }

    @Test
    void theExampleGetsItsScore() throws Exception {
        InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        String address = "127.0.0.1:" + agent.port();
        CompletableFuture<Optional<Value>> score = CompletableFuture.supplyAsync(() -> ask(address, client));
        agent.accept();
        agent.readFrame();
        agent.send(ScriptedAgent.HELLO);
        assertThat(agent.readFrame()).endsWith("01" + "026970" + "06c0000201");
        agent.ack(1, 1, "01 03 01 0869705f73636f7265 02 0a");
        assertThat(ScriptedAgent.result(score)).contains(Value.of(10));
    }
}
