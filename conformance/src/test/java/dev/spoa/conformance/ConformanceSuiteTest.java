package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The suite as a whole, against the reference and its own documentation. */
final class ConformanceSuiteTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final String BEGIN = "<!-- generated: cases -->\n";
    private static final String END = "<!-- end -->\n";

    private static Set<String> wholeIds() {
        return ConformanceSuite.cases().stream().map(one -> one.id().replaceAll("\\..*", ""))
                .collect(Collectors.toSet());
    }

    @Test
    void everyCaseOfTheReferenceIsInTheSuite() throws IOException {
        String reference = Files.readString(DOCS.resolve("protocol.md"));
        List<String> ids = Pattern.compile("^\\| ([CA][0-9]{2}) \\|", Pattern.MULTILINE).matcher(reference).results()
                .map(match -> match.group(1)).toList();
        assertThat(ids).hasSize(51 + 27).doesNotHaveDuplicates();
        assertThat(wholeIds()).containsAll(ids);
    }

    @Test
    void casesHaveIdsOfTheirOwnAndSayWhatTheyAreAbout() {
        assertThat(ConformanceSuite.cases()).extracting(Case::id).doesNotHaveDuplicates().isSorted()
                .allMatch(id -> id.matches("[CAX][0-9]{2}(\\.[a-z]+)*"));
        assertThat(ConformanceSuite.cases()).allSatisfy(one -> {
            assertThat(one.title()).as(one.id()).isNotBlank();
            assertThat(one.section()).as(one.id()).matches("[0-9]+(\\.[0-9]+)?(, [0-9]+(\\.[0-9]+)?)*( [a-g])?");
        });
    }

    @Test
    void onlyWhatNobodyCanSeeFromOutsideIsNotTested() {
        assertThat(ConformanceSuite.cases()).filteredOn(one -> !one.isTestable()).extracting(Case::id)
                .containsExactly("C44.full", "C51");
    }

    @Test
    void sectionsThatCasesCiteAreThere() throws IOException {
        String reference = Files.readString(DOCS.resolve("protocol.md"));
        Set<String> sections = Pattern.compile("^#{2,3} ([0-9]+(\\.[0-9]+)?)", Pattern.MULTILINE).matcher(reference)
                .results().map(MatchResult::group).map(text -> text.replaceAll("#+ ", "")).collect(Collectors.toSet());
        assertThat(ConformanceSuite.cases()).allSatisfy(one -> assertThat(sections).as(one.id())
                .containsAll(List.of(one.section().replaceAll(" [a-g]", "").split(", "))));
    }

    /** When it fails, put what it wrote in place of the list in the documentation. */
    @Test
    void documentationListsTheCases() throws IOException {
        StringBuilder list = new StringBuilder();
        for (CaseGroup group : ConformanceSuite.groups()) {
            list.append("\n### ").append(group.title()).append("\n\n| id | level | section | a correct agent |\n")
                    .append("|---|---|---|---|\n");
            for (Case one : group.cases()) {
                list.append("| ").append(one.id()).append(" | ").append(TextReport.name(one.level())).append(" | ")
                        .append(one.section()).append(" | ").append(one.title().replace("|", "\\|"))
                        .append(one.isTestable() ? "" : " (cannot be tested from outside)").append(" |\n");
            }
        }
        list.append('\n');
        Path written = Path.of("target", "conformance-cases.md");
        Files.writeString(written, list);
        String text = Files.readString(DOCS.resolve("conformance.md"));
        assertThat(text).contains(BEGIN, END);
        assertThat(text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END)))
                .as("the list in docs/conformance.md; it should be what is in conformance/" + written)
                .isEqualTo(list.toString());
    }
}
