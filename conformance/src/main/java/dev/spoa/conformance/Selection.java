package dev.spoa.conformance;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Cases chosen by their ids: {@code C12} is that case with all its parts, {@code *} stands for anything. */
final class Selection {
    private final List<Pattern> patterns;

    private Selection(List<Pattern> patterns) {
        this.patterns = patterns;
    }

    /** Commas and blanks separate, too; case does not matter. */
    static Selection of(List<String> globs) {
        return new Selection(globs.stream().flatMap(text -> List.of(text.split("[,\\s]+")).stream())
                .filter(glob -> !glob.isEmpty()).map(Selection::pattern).toList());
    }

    private static Pattern pattern(String glob) {
        String regex = List.of(glob.toUpperCase(Locale.ROOT).split("\\*", -1)).stream().map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return Pattern.compile(regex);
    }

    boolean isEmpty() {
        return patterns.isEmpty();
    }

    boolean has(Case one) {
        String id = one.id().toUpperCase(Locale.ROOT);
        String whole = id.substring(0, id.indexOf('.') < 0 ? id.length() : id.indexOf('.'));
        return patterns.stream()
                .anyMatch(pattern -> pattern.matcher(id).matches() || pattern.matcher(whole).matches());
    }
}
