package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The modules and what they depend on fit together on the module path, which no other test uses. */
class ModulePathIT {
    private static final Path EXAMPLE = Path.of("..", "examples", "ip-reputation", "target");
    private static final String MAIN =
            "dev.spoa.examples.ipreputation/dev.spoa.examples.ipreputation.IpReputationAgent";

    @Test
    void exampleRunsOnTheModulePathAndEndsAtSigterm() throws Exception {
        String modulePath = EXAMPLE.resolve("ip-reputation.jar") + ":" + EXAMPLE.resolve("lib");
        Process agent = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=io.netty.common", "-p", modulePath, "-m", MAIN, "127.0.0.1:0"))
                .redirectErrorStream(true).start();
        try (BufferedReader out = agent.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder before = new StringBuilder();
            assertThat(lineWith(out, "listening on /127.0.0.1:", before)).as(before::toString).isTrue();
            assertThat(before).doesNotContain("WARNING");

            agent.destroy();
            assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.exitValue()).isEqualTo(128 + 15);
        } finally {
            agent.destroyForcibly();
        }
    }

    private static boolean lineWith(BufferedReader out, String text, StringBuilder seen) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            seen.append(line).append('\n');
            if (line.contains(text)) {
                return true;
            }
        }
        return false;
    }
}
