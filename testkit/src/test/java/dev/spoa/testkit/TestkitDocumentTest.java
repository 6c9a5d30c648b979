package dev.spoa.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/testkit.md shows is what is compiled and run: each of its blocks is an excerpt of a file of the examples. */
class TestkitDocumentTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path EXAMPLES = Path.of("src/test");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SNIPPET_MARK = Pattern.compile("(?m)^ *// @(start|end).*\\n");

    @ParameterizedTest
    @CsvSource({"java, .java, 5", "haproxy, .cfg, 1"})
    void blocksAreExcerptsOfTheExamples(String language, String extension, int atLeast) throws IOException {
        List<String> sources;
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            sources =
                    files.filter(file -> file.toString().contains("/examples/") && file.toString().endsWith(extension))
                            .map(TestkitDocumentTest::withoutIndentation).toList();
        }
        List<String> blocks = blocks(language);

        assertThat(blocks).hasSizeGreaterThanOrEqualTo(atLeast).allSatisfy(
                block -> assertThat(sources).anyMatch(source -> source.contains("\n" + strip(block))));
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> links = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)").matcher(document()).results()
                .map(link -> link.group(1)).toList();

        assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(DOCS.resolve(link)).exists());
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

    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(document()).results().filter(block -> block.group(1).equals(language))
                .map((MatchResult block) -> block.group(2)).toList();
    }

    private static String document() throws IOException {
        return Files.readString(DOCS.resolve("testkit.md"));
    }
}
