package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every call of the command that the documentation shows is one that the command takes. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("..");
    /** A line of a block of shell, with or without a prompt, up to a comment or a pipe. */
    private static final Pattern CALL = Pattern.compile("(?m)^(?:\\$ )?(?:\\./)?spoa +((?:\"[^\"]*\"|[^\\n#|&>\"])*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:sh|console|text)\\n(.*?)^```");

    static List<String> calls() throws IOException {
        List<String> calls = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            for (Path file : Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
                    .filter(path -> path.toString().endsWith(".md")).toList()) {
                BLOCK.matcher(Files.readString(file)).results().map(block -> block.group(1)).forEach(block -> CALL
                        .matcher(block).results().map(call -> call.group(1).strip()).distinct().forEach(calls::add));
            }
        }
        return calls.stream().distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void isAccepted(String call) {
        String[] words = WORD.matcher(call).results().map(DocumentedCommandsTest::word).toArray(String[]::new);
        CommandLine.ParseResult parsed = Spoa.commandLine().parseArgs(words);
        assertThat(parsed.hasSubcommand() || parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested()).isTrue();
    }

    private static String word(MatchResult word) {
        return word.group(1) == null ? word.group(2) : word.group(1);
    }

    @Test
    void eachCommandIsShown() throws IOException {
        List<String> calls = calls();
        for (String command : Set.of("fixture", "notify", "ping", "bench", "conform", "decode", "explain")) {
            assertThat(calls).anyMatch(call -> call.startsWith(command));
        }
    }
}
