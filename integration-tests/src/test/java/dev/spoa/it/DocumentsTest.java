package dev.spoa.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documents show is what is compiled, run and shipped: each block of code is an excerpt of a file of the
 * project, but for how far it is indented.
 */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    /** The ends of the names of files that a block of a language may be from; other languages are no code of ours. */
    private static final Map<String, List<String>> FILES = Map.of("java", List.of(".java"), "haproxy", List.of(".cfg"),
            "ini", List.of(".service", ".socket"));
    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".haproxy");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern SNIPPET_MARK = Pattern.compile("(?m)^ *// @(start|end).*\\n");

    private static final Map<Path, String> SOURCES = new TreeMap<>();

    @BeforeAll
    static void readSources() throws IOException {
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(folder.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (FILES.values().stream().flatMap(List::stream).anyMatch(file.toString()::endsWith)) {
                    SOURCES.put(file, "\n" + strip(SNIPPET_MARK.matcher(Files.readString(file)).replaceAll("")));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
            }
        }
        return documents;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void blocksAreExcerptsOfSources(Path document) throws IOException {
        assertThat(BLOCK.matcher(Files.readString(document)).results().toList()).allSatisfy(block -> {
            List<String> extensions = FILES.getOrDefault(block.group(1), List.of());
            String wanted = "\n" + strip(block.group(2));
            if (!extensions.isEmpty()) {
                assertThat(SOURCES.entrySet()).as("a file that contains%s", wanted)
                        .anyMatch(source -> extensions.stream().anyMatch(source.getKey().toString()::endsWith)
                                && source.getValue().contains(wanted));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Path document) throws IOException {
        assertThat(LINK.matcher(Files.readString(document)).results().toList())
                .allSatisfy(link -> assertThat(document.resolveSibling(link.group(1))).exists());
    }

    @Test
    void thereIsSomethingToLookAt() throws IOException {
        assertThat(documents()).extracting(Path::getFileName).extracting(Path::toString)
                .contains("README.md", "SECURITY.md", "testkit.md", "reliability.md");
        assertThat(SOURCES).hasSizeGreaterThan(200);
        List<String> languages = new ArrayList<>();
        documents().forEach(document -> BLOCK.matcher(textOf(document)).results().forEach(
                block -> languages.add(block.group(1))));
        assertThat(languages).filteredOn("java"::equals).hasSizeGreaterThanOrEqualTo(8);
        assertThat(languages).filteredOn("haproxy"::equals).hasSizeGreaterThanOrEqualTo(4);
    }

    private static String textOf(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines that belong together keep their order and content; only how far they are indented may differ. */
    private static String strip(String text) {
        return text.replaceAll("(?m)^ +", "");
    }
}
