package dev.spoa.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.engine.EngineProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

class HaproxySearchTest {
    @TempDir Path dir;
    private Path start;

    @BeforeEach
    void makeAProject() throws IOException {
        start = Files.createDirectories(dir.resolve("project/module"));
    }

    private static Path binary(Path folder, String name, String says) throws IOException {
        Files.createDirectories(folder);
        return FakeHaproxy.script(folder.resolve(name), "echo '" + says + "'");
    }

    private List<HaproxyVersion> find(String named, String folder, String path, String... wanted) {
        return new HaproxySearch(named, folder, path, start).find(List.of(wanted));
    }

    private static HaproxyVersion found(String number, Path binary) {
        return new HaproxyVersion(number, Optional.of(binary), "");
    }

    @Test
    void namedBinariesAreTheOnlyOnes() throws IOException {
        Path recent = binary(dir, "recent", "HAProxy version 3.10.2-abc 2026/01/01 - https://haproxy.org/");
        Path old = binary(dir, "old", "HA-Proxy version 2.2.1 2020/07/23");
        binary(dir.resolve("project/.haproxy"), "haproxy-3.2", "");

        assertThat(find(recent + ":" + old, "", "", "3.2")).containsExactly(found("2.2", old), found("3.10", recent));
    }

    @Test
    void engineThatNoNamedBinaryHasIsNotLost() throws IOException {
        Path recent = binary(dir, "recent", "HAProxy version 3.2.1");

        List<HaproxyVersion> versions = find(recent.toString(), "", "");

        assertThat(versions).extracting(HaproxyVersion::number).containsExactly("3.0", "3.2");
        assertThat(versions.getFirst().reason())
                .isEqualTo("SPOA_HAPROXY=" + recent + " names no version with that engine");
    }

    @Test
    void namedBinaryMustRunAndBeHaproxy() throws IOException {
        Path other = binary(dir, "other", "nginx version: 1.27");

        assertThatThrownBy(() -> find(dir.resolve("missing").toString(), "", ""))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("expected a binary of HAProxy, but " + dir.resolve("missing") + " cannot be run");
        assertThatThrownBy(() -> find(other.toString(), "", "")).isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected that " + other + " -v tells a version of HAProxy, but it said: nginx version: 1.27");
    }

    @Test
    void folderHasVersionsInTheNamesOfItsFiles() throws IOException {
        Path folder = dir.resolve("folder");
        Path old = binary(folder, "haproxy-2.6", "");
        Path recent = binary(folder, "haproxy-3.4", "");
        Files.createFile(folder.resolve("haproxy-3.2"));
        Files.createDirectory(folder.resolve("haproxy-3.3"));
        binary(folder, "haproxy-latest", "");
        binary(dir.resolve("path"), "haproxy", "HAProxy version 3.2.1");

        List<HaproxyVersion> versions = find("", folder.toString(), dir.resolve("path").toString(), "2.6", "3.0");

        assertThat(versions).containsExactly(found("2.6", old),
                new HaproxyVersion("3.0", Optional.empty(), "there is no such file in " + folder),
                found("3.4", recent));
    }

    @Test
    void folderThatIsNotThereHasNone() {
        String folder = dir.resolve("nowhere").toString();

        assertThat(find("", folder, "")).extracting(HaproxyVersion::reason)
                .containsExactly("there is no such file in " + folder, "there is no such file in " + folder);
    }

    @Test
    void projectsFolderComesBeforeThePath() throws IOException {
        Path own = binary(dir.resolve("project/.haproxy"), "haproxy-3.2", "");
        binary(dir.resolve(".haproxy"), "haproxy-3.4", "");
        binary(dir.resolve("path"), "haproxy", "HAProxy version 3.0.1");

        assertThat(find("", "", dir.resolve("path").toString())).containsExactly(
                new HaproxyVersion("3.0", Optional.empty(), "there is no such file in " + own.getParent()),
                found("3.2", own));
    }

    @Test
    void pathIsTheLastResort() throws IOException {
        Files.createDirectories(dir.resolve("project/.haproxy"));
        Files.createDirectories(dir.resolve("empty"));
        Path first = binary(dir.resolve("first"), "haproxy", "HAProxy version 3.0.1");
        binary(dir.resolve("second"), "haproxy", "HAProxy version 3.4.1");

        List<HaproxyVersion> versions =
                find("", "", dir.resolve("empty") + ":" + dir.resolve("first") + "::" + dir.resolve("second"));

        assertThat(versions.getFirst()).isEqualTo(found("3.0", first));
        assertThat(versions.getLast()).isEqualTo(new HaproxyVersion("3.2", Optional.empty(),
                "SPOA_HAPROXY and -Dhaproxy.dir are not set, there is nothing in " + dir.resolve("project/.haproxy")
                        + ", and PATH has no such haproxy"));
    }

    @Test
    void withoutAnyTheTestIsSkippedWithTheReason() {
        HaproxyVersion version = HaproxySearch.newest(find("", "", ""));

        assertThat(version.number()).isEqualTo("3.2");
        assertThatThrownBy(version::assumeBinary).isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("HAProxy 3.2 cannot be had: SPOA_HAPROXY and -Dhaproxy.dir are not set,"
                        + " there is nothing in .haproxy in " + start + " or above it, and PATH has no such haproxy");
    }

    @Test
    void newestIsTheNewestThatCanBeHad() throws IOException {
        Path binary = binary(dir, "old", "HAProxy version 2.9.1");
        List<HaproxyVersion> versions = List.of(new HaproxyVersion("2.10", Optional.of(binary), ""),
                HaproxyVersion.of(binary), new HaproxyVersion("3.4", Optional.empty(), "lost"));

        assertThat(HaproxySearch.newest(versions).number()).isEqualTo("2.10");
    }

    @ParameterizedTest
    @CsvSource({"2.6, LEGACY", "2.10, LEGACY", "3.0, LEGACY", "3.1, MUX", "3.10, MUX", "4.0, MUX"})
    void engineChangedWith31(String number, EngineProfile profile) {
        assertThat(new HaproxyVersion(number, Optional.empty(), "").profile()).isEqualTo(profile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3.", "3.2.1", "3.x", "-3.2"})
    void numberIsMajorAndMinor(String number) {
        assertThatThrownBy(() -> new HaproxyVersion(number, Optional.empty(), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a version of HAProxy such as 3.2, but \"" + number + "\" came");
    }

    @Test
    void thisJvmHasBothEngines() {
        assertThat(HaproxyVersion.withOldEngine()).isNotEmpty().allMatch(HaproxyVersion::hasOldEngine);
        assertThat(HaproxyVersion.withNewEngine()).isNotEmpty().noneMatch(HaproxyVersion::hasOldEngine);
        assertThat(HaproxyVersion.all()).hasSize(
                HaproxyVersion.withOldEngine().size() + HaproxyVersion.withNewEngine().size())
                .contains(HaproxyVersion.newest());
    }
}
