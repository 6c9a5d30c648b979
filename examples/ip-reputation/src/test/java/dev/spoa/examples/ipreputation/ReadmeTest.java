package dev.spoa.examples.ipreputation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README begins with this example, and its commands exist. That all its blocks are excerpts a test of the whole says. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path EXAMPLE = Path.of("");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void firstBlockIsTheExampleItself() throws IOException {
        Block first = blocks().getFirst();
        assertThat(first.language()).isEqualTo("java");
        assertThat(Files.readString(EXAMPLE.resolve(
                "src/main/java/dev/spoa/examples/ipreputation/IpReputationAgent.java"))).endsWith(first.text());
        assertThat(first.text()).startsWith("import ").contains("static void main").endsWith("\n}\n");
    }

    @Test
    void commandsExist() throws IOException {
        List<String> commands = blocks().stream().filter(block -> block.language().equals("sh"))
                .flatMap(block -> block.text().lines()).map(line -> line.replaceFirst("#.*", "").strip()).toList();
        assertThat(commands).contains("./demo", "mvn verify");
        for (String command : commands) {
            if (command.startsWith("./")) {
                assertThat(ROOT.resolve(command.split(" ", -1)[0])).isExecutable();
            }
        }
    }

    private static List<Block> blocks() throws IOException {
        return BLOCK.matcher(readme()).results().map(Block::of).toList();
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private record Block(String language, String text) {
        static Block of(MatchResult match) {
            return new Block(match.group(1), match.group(2));
        }
    }
}
