package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.it.RecordingAgent.Received;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy from 3.1 on sends no fragments: a message beyond the frame size fails there, and the agent never sees it. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("dev.spoa.it.Versions#withNewEngine")
class OversizeMessagesIT {
    @Parameter private HaproxyVersion version;

    @ParameterizedTest
    @ValueSource(ints = {4096, 16380})
    void messageBeyondTheFrameLeavesTheNextOneAlone(int frameSize) throws Exception {
        version.assumeBinary();
        try (RecordingAgent agent = new RecordingAgent();
                Haproxy haproxy = Haproxy.of(version).frameSize(frameSize).start(agent.address());
                Client client = new Client()) {
            Answer oversize = client.post(haproxy.uri("/record?text=oversize"), Body.ofKilobytes(14));
            Answer next = client.post(haproxy.uri("/record?text=next"), Body.ofKilobytes(1));

            assertThat(oversize.variable("spoe_error")).hasValue("3");
            assertThat(next.variable("recorded")).hasValue("next");
            assertThat(agent.received()).extracting(Received::id).containsExactly("next");
        }
    }
}
