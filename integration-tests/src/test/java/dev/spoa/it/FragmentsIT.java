package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.it.RecordingAgent.Received;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** HAProxy up to 3.0 sends a message beyond the frame size in fragments. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("dev.spoa.it.Versions#withOldEngine")
class FragmentsIT {
    @Parameter private HaproxyVersion version;

    /** The body comes twice, so that with the first two the message is larger than HAProxy's buffer. */
    @ParameterizedTest
    @CsvSource({"16384, 16380, 14", "65536, 65532, 60", "16384, 4096, 2", "16384, 4096, 14", "65536, 4096, 60"})
    void messageBeyondTheFrameArrivesWhole(int bufferSize, int frameSize, int kilobytes) throws Exception {
        version.assumeBinary();
        byte[] body = Body.ofKilobytes(kilobytes);
        try (RecordingAgent agent = new RecordingAgent();
                Haproxy haproxy = Haproxy.of(version).bufferSize(bufferSize).frameSize(frameSize)
                        .start(agent.address());
                Client client = new Client()) {
            for (String id : List.of("once", "again")) {
                Answer answer = client.post(haproxy.uri("/record?text=" + id), body);

                assertThat(answer.variable("spoe_error")).isEmpty();
                assertThat(answer.variable("recorded")).hasValue(id);
            }
            String sha256 = Body.sha256(body);
            assertThat(agent.received()).containsExactly(new Received("once", sha256, sha256),
                    new Received("again", sha256, sha256));
        }
    }
}
