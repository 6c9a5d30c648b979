package dev.spoa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadResultTest {
    private static String json(long acks, long bad, double cpu) {
        return "{\"acks\":" + acks + ",\"rate\":1000.0,\"bad\":" + bad
                + ",\"p50\":31.5,\"p99\":73.7,\"p999\":124.9,\"max\":5336.3,\"cpu\":" + cpu + "}\n";
    }

    @Test
    void readsWhatTheLoadGeneratorPrints() throws IOException {
        assertThat(LoadResult.parse(json(4_000, 0, 0.25)))
                .isEqualTo(new LoadResult(4_000, 1_000, 0, 31.5, 73.7, 124.9, 5_336.3, 0.25));
    }

    @Test
    void refusesWrongAnswersNoAnswersAndNoCpu() {
        assertThatThrownBy(() -> LoadResult.parse(json(4_000, 2, 0.25))).isInstanceOf(MeasurementException.class)
                .hasMessage("2 ACKs were wrong");
        assertThatThrownBy(() -> LoadResult.parse(json(0, 0, 0))).isInstanceOf(MeasurementException.class)
                .hasMessage("there was no ACK");
        assertThatThrownBy(() -> LoadResult.parse(json(4_000, 0, 0))).isInstanceOf(MeasurementException.class)
                .hasMessage("no CPU time was counted for the agent");
    }

    @Test
    void readsWhatTheHttpClientPrints() throws IOException {
        String json = "{\"requests\":%d,\"rate\":100.0,\"bad\":%d,\"p50\":1.0,\"p99\":2.0,\"p999\":3.0,\"max\":4.0,"
                + "\"cpu\":[%s]}";
        assertThat(Proxied.parse(json.formatted(200, 0, "10.5,1.25")).cpu()).isEqualTo(List.of(10.5, 1.25));
        assertThatThrownBy(() -> Proxied.parse(json.formatted(200, 1, "10.5,1.25")))
                .hasMessage("1 of 200 responses were wrong, or there was none");
        assertThatThrownBy(() -> Proxied.parse(json.formatted(200, 0, "0.0")))
                .hasMessage("no CPU time was counted for HAProxy");
    }
}
