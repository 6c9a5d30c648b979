package dev.spoa.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 2.3. */
class VersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.0", " 2.0 ", "\t2.0\t", "  2.0", "2.0  ", "2.00", "02.0", "002.000"})
    void accepts20(String version) {
        assertThat(Version.isSupported(version)).isTrue();
        assertThat(Version.isOffered(version)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "2", "2.", ".0", "2.1", "1.0", "3.0", "2.01", "20.0", "2.0.0", "2 .0", "2. 0",
        "2,0", "2.0x", "x2.0", "-2.0", "+2.0", "2.0\n", "\u0662.0"})
    void refusesOthers(String version) {
        assertThat(Version.isSupported(version)).isFalse();
        assertThat(Version.isOffered(version)).isFalse();
    }

    /** C08. */
    @ParameterizedTest
    @ValueSource(strings = {"2.0, 1.5", "1.0,2.0", "1.0 , 2.0 ", ",2.0,", "3.0,2.0,1.0"})
    void finds20InAList(String versions) {
        assertThat(Version.isOffered(versions)).isTrue();
        assertThat(Version.isSupported(versions)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "1.0,3.0", "1.0;2.0", "1.2.0,3"})
    void findsNothingInAListWithout20(String versions) {
        assertThat(Version.isOffered(versions)).isFalse();
    }
}
