package dev.spoa.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 3.7 and case C51. */
class VariableNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"ip_score", "a", "z", "A", "Z", "0", "9", "_", ".", "a.b.c", "_1", "9lives"})
    void acceptsLettersDigitsUnderscoreAndDot(String name) {
        assertThatCode(() -> VariableName.check(Scope.SESSION, 5, name)).doesNotThrowAnyException();
    }

    @Test
    void acceptsNoOtherCharacter() {
        int accepted = 0;
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String name = Character.toString((char) c);
            try {
                VariableName.check(Scope.TRANSACTION, 1, name);
                accepted++;
            } catch (IllegalArgumentException refused) {
                assertThat(name).doesNotMatch("[A-Za-z0-9_.]");
            }
        }
        assertThat(accepted).isEqualTo(26 + 26 + 10 + 2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ip-score | - | 2
            ' a'     | ' ' | 0
            ab/      | / | 2
            caf\u00e9     | \u00e9 | 3
            a:b@c    | : | 1
            """)
    void saysWhichCharacterIsWrongAndWhere(String name, char wrong, int index) {
        assertThatThrownBy(() -> VariableName.check(Scope.SESSION, 5, name))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("variable name \"" + name
                        + "\": expected letters, digits, '_' and '.', but there is '" + wrong + "' at " + index);
    }

    @Test
    void rejectsAnEmptyName() {
        assertThatThrownBy(() -> VariableName.check(Scope.SESSION, 5, ""))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("a variable's name must not be empty");
    }

    @ParameterizedTest
    @EnumSource
    void takes63BytesInFullAndNoMore(Scope scope) {
        int prefixLength = 7;
        int longest = 63 - scope.prefix().length() - 1 - prefixLength - 1;

        assertThatCode(() -> VariableName.check(scope, prefixLength, "x".repeat(longest))).doesNotThrowAnyException();
        String tooLong = "x".repeat(longest + 1);
        assertThatThrownBy(() -> VariableName.check(scope, prefixLength, tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("variable name \"" + tooLong + "\": with scope " + scope.prefix()
                        + " and a prefix of 7 bytes it has 64 bytes, HAProxy takes at most 63");
    }

    @Test
    void takesALongPrefixIntoAccount() {
        assertThatCode(() -> VariableName.check(Scope.REQUEST, 57, "a")).doesNotThrowAnyException();
        assertThatThrownBy(() -> VariableName.check(Scope.REQUEST, 58, "a")).hasMessageContaining("it has 64 bytes");
        assertThat(VariableName.MAX_FULL_LENGTH).isEqualTo(63);
    }
}
