package dev.spoa.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of HAProxy that the tests run with, and the binary where it can be had.
 *
 * <p>
 * The binaries come from, in this order: the environment variable {@code SPOA_HAPROXY}, one path or several with colons
 * between them, which then are the only versions; a folder with {@code haproxy-<version>} in it, named by the property
 * {@code haproxy.dir}; or {@code .haproxy} in the root of the project, which {@code scripts/haproxy-get} fills once.
 *
 * @param number major and minor version
 * @param binary what to start; empty where it cannot be had
 * @param reason why there is no binary
 */
record HaproxyVersion(String number, Optional<Path> binary, String reason) {
    private static final List<String> WANTED = List.of("2.6", "3.0", "3.2", "3.4");
    private static final Pattern VERSION = Pattern.compile("HAProxy version (\\d+\\.\\d+)");
    private static final String PREFIX = "haproxy-";

    /** All wanted versions, and those that could be had besides; found once for all tests. */
    static List<HaproxyVersion> all() {
        return Found.VERSIONS;
    }

    static List<HaproxyVersion> withOldEngine() {
        return all().stream().filter(HaproxyVersion::hasOldEngine).toList();
    }

    static List<HaproxyVersion> withNewEngine() {
        return all().stream().filter(version -> !version.hasOldEngine()).toList();
    }

    /** Skips the test where there is no binary. */
    Path assumeBinary() {
        assumeTrue(binary.isPresent(), () -> this + " cannot be had: " + reason);
        return binary.orElseThrow();
    }

    /** Whether SPOE is an applet in it, as up to 3.0, and not a multiplexer. */
    boolean hasOldEngine() {
        String[] parts = number.split("\\.", 2);
        int major = Integer.parseInt(parts[0]);
        return major < 3 || (major == 3 && Integer.parseInt(parts[1]) == 0);
    }

    @Override
    public String toString() {
        return "HAProxy " + number;
    }

    private static final class Found {
        static final List<HaproxyVersion> VERSIONS = find();

        private static List<HaproxyVersion> find() {
            String own = System.getenv("SPOA_HAPROXY");
            if (own != null && !own.isEmpty()) {
                return Pattern.compile(":").splitAsStream(own).map(Path::of).map(Found::ask).toList();
            }
            try {
                String dir = System.getProperty("haproxy.dir", "");
                return dir.isEmpty() ? fetched() : in(Path.of(dir), "there is no such file in " + dir);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static HaproxyVersion ask(Path binary) {
            try {
                Run run = Run.of(List.of(binary.toString(), "-v"));
                Matcher matcher = VERSION.matcher(run.output);
                if (!matcher.find()) {
                    throw new IllegalStateException(binary + " -v does not tell a version of HAProxy: " + run.output);
                }
                return new HaproxyVersion(matcher.group(1), Optional.of(binary.toAbsolutePath()), "");
            } catch (IOException e) {
                throw new UncheckedIOException("SPOA_HAPROXY names what cannot be run", e);
            }
        }

        private static List<HaproxyVersion> fetched() throws IOException {
            Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
            while (!Files.isExecutable(root.resolve("scripts/haproxy-get"))) {
                root = root.getParent();
                if (root == null) {
                    throw new IllegalStateException("the tests do not run in a module of the project");
                }
            }
            Path dir = root.resolve(".haproxy");
            String said;
            try {
                said = Run.of(List.of(root.resolve("scripts/haproxy-get").toString(), dir.toString())).output;
            } catch (IOException e) {
                said = e.toString();
            }
            return in(dir, "scripts/haproxy-get said: " + said.strip());
        }

        private static List<HaproxyVersion> in(Path dir, String otherwise) throws IOException {
            TreeMap<String, HaproxyVersion> versions = new TreeMap<>();
            for (String number : WANTED) {
                versions.put(number, new HaproxyVersion(number, Optional.empty(), otherwise));
            }
            if (Files.isDirectory(dir)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, PREFIX + "[0-9]*")) {
                    for (Path file : files) {
                        String number = file.getFileName().toString().substring(PREFIX.length());
                        if (number.matches("\\d+\\.\\d+") && Files.isExecutable(file)) {
                            versions.put(number, new HaproxyVersion(number, Optional.of(file.toAbsolutePath()), ""));
                        }
                    }
                }
            }
            return List.copyOf(versions.values());
        }
    }

    private record Run(String output) {
        static Run of(List<String> command) throws IOException {
            Path output = Files.createTempFile("spoa-run", ".txt");
            try {
                Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(5, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new IOException(command + " has not ended in five minutes");
                }
                return new Run(Files.readString(output));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(command + " was interrupted", e);
            } finally {
                Files.delete(output);
            }
        }
    }
}
