package dev.spoa.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SelectionTest {
    private static List<String> chosen(String... globs) {
        Selection selection = Selection.of(List.of(globs));
        return List.of("A12", "A12.status", "C01", "C1", "C12", "C12.legacy", "C13").stream()
                .filter(id -> selection.has(Case.must(id, "", "", target -> {
                }))).toList();
    }

    @Test
    void anIdIsTheCaseWithAllItsParts() {
        assertThat(chosen("C12")).containsExactly("C12", "C12.legacy");
        assertThat(chosen("C12.legacy")).containsExactly("C12.legacy");
        assertThat(chosen("C1")).containsExactly("C1");
    }

    @Test
    void aStarIsAnything() {
        assertThat(chosen("C1*")).containsExactly("C1", "C12", "C12.legacy", "C13");
        assertThat(chosen("*.status")).containsExactly("A12.status");
        assertThat(chosen("*2")).containsExactly("A12", "A12.status", "C12", "C12.legacy");
        assertThat(chosen("*")).hasSize(7);
    }

    @Test
    void severalAreSeparatedByCommasOrBlanksAndCaseDoesNotMatter() {
        assertThat(chosen("c01,a12 C13")).containsExactly("A12", "A12.status", "C01", "C13");
        assertThat(chosen("c01", "C13")).containsExactly("C01", "C13");
    }

    @Test
    void otherCharactersMeanThemselves() {
        assertThat(chosen("C.2", "C[0-9]*", "")).isEmpty();
        assertThat(Selection.of(List.of("", ",")).isEmpty()).isTrue();
    }
}
