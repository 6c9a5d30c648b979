package dev.spoa.conformance.floor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.conformance.AgentCommand;
import dev.spoa.conformance.CaseResult;
import dev.spoa.conformance.ConformanceSuite;
import dev.spoa.conformance.Level;
import dev.spoa.conformance.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bare C agent fails the cases that {@code docs/conformance-floor.md} lists, and no others. */
class FloorAgentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "conformance-floor.md");
    private static final Pattern ROW = Pattern.compile("^\\| ([ACX]\\d\\d[^ ]*(?:, [ACX]\\d\\d[^ ,]*)*) \\|",
            Pattern.MULTILINE);
    /** It answers at once or never. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @Test
    void failsTheDocumentedCasesAndNoOthers(@TempDir Path directory) throws IOException, InterruptedException {
        Path program = FloorProgram.compile(directory);
        InetSocketAddress address = freeAddress();
        try (AgentCommand command = new AgentCommand(program + " " + address.getPort(), address)) {
            // one after the other, for one case that makes it wait makes it wait for all
            Report report = ConformanceSuite.builder().address(address).command(command).level(Level.MUST)
                    .patience(PATIENCE).parallel(1).seed(1).run();
            Map<String, String> failures = report.failures().stream().collect(Collectors.toMap(one -> one.of().id(),
                    CaseResult::details, (one, other) -> one, TreeMap::new));
            assertThat(failures.keySet()).as("failures %s", failures).isEqualTo(documented());
        }
    }

    private static Set<String> documented() throws IOException {
        return ROW.matcher(Files.readString(DOCUMENT)).results().map(MatchResult::group)
                .flatMap(row -> Pattern.compile("[ACX]\\d\\d[\\w.-]*").matcher(row).results().map(MatchResult::group))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(probe.getInetAddress(), probe.getLocalPort());
        }
    }
}
