package dev.spoa.it;

import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The versions of HAProxy that the tests run with. Where neither {@code SPOA_HAPROXY} nor {@code haproxy.dir} says what
 * to take, they are those in {@code .haproxy} in the root of the project, which {@code scripts/haproxy-get} fills once.
 */
final class Versions {
    private static final List<HaproxyVersion> ALL = find();

    private Versions() {}

    /** All wanted versions, and those that could be had besides; found once for all tests. */
    static List<HaproxyVersion> all() {
        return ALL;
    }

    static List<HaproxyVersion> withOldEngine() {
        return ALL.stream().filter(HaproxyVersion::hasOldEngine).toList();
    }

    static List<HaproxyVersion> withNewEngine() {
        return ALL.stream().filter(version -> !version.hasOldEngine()).toList();
    }

    private static List<HaproxyVersion> find() {
        String said = isOrdered() ? "" : "; scripts/haproxy-get said: " + fetch().strip();
        return HaproxyVersion.wanted("2.6", "3.0", "3.2", "3.4").stream().map(version -> version.binary().isPresent()
                ? version
                : new HaproxyVersion(version.number(), version.binary(), version.reason() + said)).toList();
    }

    private static boolean isOrdered() {
        String named = System.getenv("SPOA_HAPROXY");
        return (named != null && !named.isEmpty()) || !System.getProperty("haproxy.dir", "").isEmpty();
    }

    private static String fetch() {
        Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        while (!Files.isExecutable(root.resolve("scripts/haproxy-get"))) {
            root = root.getParent();
            if (root == null) {
                throw new IllegalStateException("the tests do not run in a module of the project");
            }
        }
        try {
            return outputOf(root.resolve("scripts/haproxy-get").toString(), root.resolve(".haproxy").toString());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String outputOf(String... command) throws IOException {
        Path output = Files.createTempFile("spoa-run", ".txt");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(List.of(command) + " has not ended in five minutes");
            }
            return Files.readString(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(List.of(command) + " was interrupted", e);
        } finally {
            Files.delete(output);
        }
    }
}
