package dev.spoa.examples.ipreputation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled, tested and shipped: each of its blocks is an excerpt of a file here. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path EXAMPLE = Path.of("");
    private static final Path TEST_KIT_EXAMPLES = ROOT.resolve("testkit/src/test/java/dev/spoa/testkit/examples");
    private static final Pattern SNIPPET_MARK = Pattern.compile("(?m)^ *// @(start|end).*\\n");
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
    void javaBlocksAreExcerptsOfSources() throws IOException {
        assertExcerpts("java", name -> name.endsWith(".java"), 1);
    }

    @Test
    void configurationBlocksAreExcerptsOfWhatIsShipped() throws IOException {
        assertExcerpts("haproxy", name -> name.endsWith(".cfg"), 2);
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

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> links = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)").matcher(readme()).results()
                .map(link -> link.group(1)).toList();
        assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
    }

    private static void assertExcerpts(String language, Predicate<String> named, int atLeast) throws IOException {
        List<Block> blocks = blocks().stream().filter(block -> block.language().equals(language)).toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(atLeast);
        List<String> sources = new ArrayList<>();
        for (Path folder : List.of(EXAMPLE, TEST_KIT_EXAMPLES)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> named.test(file.toString()) && !file.startsWith("target"))
                        .forEach(file -> sources.add(withoutIndentation(file)));
            }
        }
        for (Block block : blocks) {
            String wanted = "\n" + strip(block.text());
            assertThat(sources).as("a file that contains\n%s", block.text()).anyMatch(text -> text.contains(wanted));
        }
    }

    /** Lines that belong together keep their order and content; only how far they are indented may differ. */
    private static String withoutIndentation(Path file) {
        try {
            return "\n" + strip(SNIPPET_MARK.matcher(Files.readString(file)).replaceAll(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String strip(String text) {
        return text.replaceAll("(?m)^ +", "");
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
