package dev.spoa.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoa.engine.EngineProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A version of HAProxy, and the binary where it can be had.
 *
 * <p>
 * Binaries are taken from the first of these that has one:
 * <ol>
 * <li>the environment variable {@code SPOA_HAPROXY}: one path, or several with colons between them;
 * <li>the folder that the system property {@code haproxy.dir} names, with files {@code haproxy-<version>} in it;
 * <li>such a folder with the name {@code .haproxy}, in the working directory or the nearest one above it;
 * <li>{@code haproxy} in {@code PATH}.
 * </ol>
 * The first two are orders: where one is given, nothing else is looked at.
 *
 * <p>
 * The lists here suit a {@code @MethodSource}, so that a class of tests runs once for each version. None of them is ever
 * empty: where no version with one of HAProxy's two engines was found, 3.0 or 3.2 stands for it, without a binary, so
 * that the report shows which tests were skipped and why.
 *
 * @param number major and minor version, such as {@code 3.2}
 * @param binary what to start; empty where it cannot be had
 * @param reason why there is no binary; empty where there is one
 */
public record HaproxyVersion(String number, Optional<Path> binary, String reason) {
    /**
     * Checks the number.
     *
     * @param number major and minor version, such as {@code 3.2}
     * @param binary what to start; empty where it cannot be had
     * @param reason why there is no binary; empty where there is one
     * @throws IllegalArgumentException if the number is not of two decimal numbers with a dot between them
     */
    public HaproxyVersion {
        if (!number.matches("\\d{1,4}\\.\\d{1,4}")) {
            throw new IllegalArgumentException(
                    "expected a version of HAProxy such as 3.2, but \"" + number + "\" came");
        }
    }

    /**
     * What was found, once for the whole JVM.
     *
     * @return the versions, the oldest first; at least one of each engine
     */
    public static List<HaproxyVersion> all() {
        return Found.VERSIONS;
    }

    /**
     * What was found, and the versions that should have been, whose tests are then reported as skipped. Where
     * {@code SPOA_HAPROXY} says what to use, nothing else is wanted.
     *
     * @param numbers major and minor versions that are in the list even where they cannot be had
     * @return the versions, the oldest first; at least one of each engine
     */
    public static List<HaproxyVersion> wanted(String... numbers) {
        return HaproxySearch.ofThisJvm().find(List.of(numbers));
    }

    /**
     * Those with the engine of HAProxy up to 3.0.
     *
     * @return at least one, which may have no binary
     */
    public static List<HaproxyVersion> withOldEngine() {
        return all().stream().filter(HaproxyVersion::hasOldEngine).toList();
    }

    /**
     * Those with the engine of HAProxy from 3.1 on.
     *
     * @return at least one, which may have no binary
     */
    public static List<HaproxyVersion> withNewEngine() {
        return all().stream().filter(version -> !version.hasOldEngine()).toList();
    }

    /**
     * The newest that can be had.
     *
     * @return a version, which has no binary where none has
     */
    public static HaproxyVersion newest() {
        return HaproxySearch.newest(all());
    }

    /**
     * Asks a binary for its version.
     *
     * @param binary what to start
     * @return its version
     * @throws java.io.UncheckedIOException if it cannot be run
     * @throws IllegalStateException if it does not say that it is HAProxy
     */
    public static HaproxyVersion of(Path binary) {
        return HaproxySearch.ask(binary);
    }

    /**
     * The binary. Where there is none, the test that asks is skipped, with the reason in its report.
     *
     * @return what to start
     */
    public Path assumeBinary() {
        assumeTrue(binary.isPresent(), () -> this + " cannot be had: " + reason);
        return binary.orElseThrow();
    }

    /**
     * Whether SPOE is an applet in it, as up to 3.0, and not a multiplexer.
     *
     * @return whether {@link #profile()} is {@link EngineProfile#LEGACY}
     */
    public boolean hasOldEngine() {
        return major() < 3 || (major() == 3 && minor() == 0);
    }

    /**
     * Which profile of {@link dev.spoa.engine.Engine} speaks as it does.
     *
     * @return its profile
     */
    public EngineProfile profile() {
        return hasOldEngine() ? EngineProfile.LEGACY : EngineProfile.MUX;
    }

    int major() {
        return Integer.parseInt(number.substring(0, number.indexOf('.')));
    }

    int minor() {
        return Integer.parseInt(number.substring(number.indexOf('.') + 1));
    }

    /**
     * Its name.
     *
     * @return {@code HAProxy 3.2}
     */
    @Override
    public String toString() {
        return "HAProxy " + number;
    }

    private static final class Found {
        static final List<HaproxyVersion> VERSIONS = wanted();
    }
}
