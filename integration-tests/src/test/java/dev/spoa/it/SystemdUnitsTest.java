package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.agent.Listener;
import dev.spoa.protocol.AgentAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units of docs/reliability.md. */
class SystemdUnitsTest {
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
    private static final String JAVA = "/usr/bin/java";

    private static String textOf(String unit) throws IOException {
        try (InputStream in = SystemdUnitsTest.class.getResourceAsStream(unit)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** The values by their section and key, as in {@code Service.ExecStart}. */
    private static Map<String, String> read(String unit) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        String section = "";
        for (String line : textOf(unit).lines().toList()) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                String[] pair = line.split("=", 2);
                assertThat(pair).as(line).hasSize(2);
                assertThat(values.put(section + "." + pair[0], pair[1])).as(line).isNull();
            }
        }
        return values;
    }

    @Test
    void theServiceTakesTheSocketAsTheAgentNeedsIt() throws IOException {
        Map<String, String> service = read("ip-reputation.service");
        Map<String, String> socket = read("ip-reputation.socket");

        assertThat(AgentAddress.parse(socket.get("Socket.ListenStream"))).isInstanceOf(InetSocketAddress.class);
        assertThat(socket).containsEntry("Install.WantedBy", "sockets.target");
        assertThat(service).containsEntry("Service.NonBlocking", "true")
                .containsEntry("Unit.Requires", "ip-reputation.socket");
        String[] command = service.get("Service.ExecStart").split(" ", -1);
        assertThat(command[0]).isEqualTo(JAVA);
        assertThat(Listener.on(command[command.length - 1])).hasToString("fd@3");
        assertThat(Integer.parseInt(service.get("Service.TimeoutStopSec"))).as("more than the grace time, 10 s")
                .isGreaterThan(10);
    }

    @Test
    void systemdFindsNothingWrong(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(ANALYZE), "there is no " + ANALYZE);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path socket = Files.writeString(folder.resolve("ip-reputation.socket"), textOf("ip-reputation.socket"));
        Path service = Files.writeString(folder.resolve("ip-reputation.service"),
                textOf("ip-reputation.service").replace(JAVA, java));

        Process verify = new ProcessBuilder(
                List.of(ANALYZE.toString(), "verify", "--man=no", socket.toString(), service.toString()))
                .redirectErrorStream(true).start();
        String output = new String(verify.getInputStream().readAllBytes(), UTF_8);
        assertThat(verify.waitFor()).as(output).isZero();
        // what it does not know it only mentions
        assertThat(output.lines()).filteredOn(line -> line.contains("ip-reputation")).isEmpty();
    }
}
