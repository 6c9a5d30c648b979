package dev.spoa.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineBuilder;
import dev.spoa.engine.EngineProfile;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.it.WireTap.Frame;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine puts the same bytes on the wire as HAProxy of its profile. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.it.Versions#all")
class EngineLikeHaproxyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** {@code engine-id}, its type and the length of a UUID. */
    private static final String ENGINE_ID = "09656e67696e652d69640824";

    @Parameter private HaproxyVersion version;

    private EngineBuilder engine() {
        return Engine.builder().profile(version.hasOldEngine() ? EngineProfile.LEGACY : EngineProfile.MUX);
    }

    /** Where only the older engine can send it, because of its size, the newer one is not asked. */
    @ParameterizedTest
    @CsvSource({"16384, 16380, 1, false", "65536, 65532, 20, false", "65536, 4096, 1, false", "16384, 4096, 3, true",
        "16384, 4096, 14, true", "65536, 16380, 60, true", "16384, 256, 1, true"})
    void saysHelloAndNotifiesByteForByte(int bufferSize, int frameSize, int kilobytes, boolean isFragmented)
            throws Exception {
        version.assumeBinary();
        if (isFragmented && !version.hasOldEngine()) {
            return;
        }
        byte[] body = Body.ofKilobytes(kilobytes);
        try (RecordingAgent agent = new RecordingAgent();
                WireTap tap = new WireTap(agent.address());
                Haproxy haproxy = Haproxy.of(version).bufferSize(bufferSize).frameSize(frameSize).start(tap.address());
                Client client = new Client()) {
            Answer answer = client.post(haproxy.uri("/record?text=once"), body);
            assertThat(answer.variable("recorded")).hasValue("once");
            List<Frame> haproxys = tap.framesOf(0);
            assertThat(haproxys.size() > 2).as("fragments").isEqualTo(isFragmented);

            String engineId = haproxys.getFirst().payload().split(ENGINE_ID, 2)[1];
            int opened = tap.connections();
            try (Engine engine = engine().maxFrameSize(frameSize)
                    .engineId(new String(HexFormat.of().parseHex(engineId), US_ASCII)).connect(tap.address())) {
                engine.notify("record", new Argument("id", Value.of("once")), new Argument("first", Value.of(body)),
                        new Argument("second", Value.of(body))).join();
                // HAProxy up to 3.0 may open another connection of its own meanwhile, on which it says no more than HELLO
                List<Frame> engines = IntStream.range(opened, tap.connections()).mapToObj(tap::framesOf)
                        .filter(frames -> frames.size() > 1).findFirst().orElseThrow();
                assertThat(engines).as("but for the ids")
                        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("ids")
                        .isEqualTo(haproxys);
                if (!version.hasOldEngine()) {
                    assertThat(engines).isEqualTo(haproxys);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_192, 16_384, 65_536})
    void checksHealthByteForByte(int bufferSize) {
        version.assumeBinary();
        try (Agent agent = FixtureAgent.configure(Agent.builder(), FixtureAgent.Kind.INLINE).listen("127.0.0.1:0")
                .shutdownHook(false).start();
                WireTap tap = new WireTap(agent.addresses().getFirst());
                Haproxy haproxy = Haproxy.of(version).bufferSize(bufferSize).healthChecks().start(tap.address())) {
            await().atMost(PATIENCE).until(() -> haproxy.agentServer().get("check_status").equals("L7OK"));
            List<Frame> haproxys = tap.framesOf(0);

            WireTap own = new WireTap(agent.addresses().getFirst());
            try (own) {
                assertThat(engine().maxFrameSize(bufferSize - 4).check(own.address()).up()).isTrue();
                assertThat(own.framesOf(0)).isEqualTo(haproxys).hasSize(1);
            }
        }
    }
}
