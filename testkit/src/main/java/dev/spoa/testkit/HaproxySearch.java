package dev.spoa.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for binaries of HAProxy in the places that {@link HaproxyVersion} tells.
 *
 * @param named the paths that {@code SPOA_HAPROXY} has, with colons between them; empty where it is not set
 * @param dir the folder that {@code haproxy.dir} names; empty where it is not set
 * @param path the folders of {@code PATH}
 * @param start the folder in which and above which {@code .haproxy} may be
 */
record HaproxySearch(String named, String dir, String path, Path start) {
    private static final Pattern SAYS_VERSION = Pattern.compile("HA-?Proxy version (\\d+\\.\\d+)");
    private static final Pattern FILE = Pattern.compile("haproxy-(\\d{1,4}\\.\\d{1,4})");
    private static final Comparator<HaproxyVersion> BY_AGE = Comparator.comparingInt(HaproxyVersion::major)
            .thenComparingInt(HaproxyVersion::minor);
    private static final int SECONDS_TO_ANSWER = 20;

    static HaproxySearch ofThisJvm() {
        // Maven tells where the module is, whatever the working directory
        return new HaproxySearch(orEmpty(System.getenv("SPOA_HAPROXY")), System.getProperty("haproxy.dir", ""),
                orEmpty(System.getenv("PATH")), Path.of(System.getProperty("basedir", "")).toAbsolutePath());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    List<HaproxyVersion> find(List<String> wanted) {
        try {
            if (!named.isEmpty()) {
                return withBothEngines(split(named).map(Path::of).map(HaproxySearch::ask).toList(),
                        "SPOA_HAPROXY=" + named + " names no version with that engine");
            }
            if (!dir.isEmpty()) {
                return complete(in(Path.of(dir)), wanted, "there is no such file in " + dir);
            }
            Optional<Path> folder = Stream.iterate(start, parent -> parent != null, Path::getParent)
                    .map(parent -> parent.resolve(".haproxy")).filter(Files::isDirectory).findFirst();
            if (folder.isPresent()) {
                List<HaproxyVersion> versions = in(folder.get());
                if (!versions.isEmpty()) {
                    return complete(versions, wanted, "there is no such file in " + folder.get());
                }
            }
            return complete(inPath(), wanted, "SPOA_HAPROXY and -Dhaproxy.dir are not set, there is nothing in "
                    + folder.map(Path::toString).orElse(".haproxy in " + start + " or above it")
                    + ", and PATH has no such haproxy");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for HAProxy", e);
        }
    }

    static HaproxyVersion newest(List<HaproxyVersion> versions) {
        return versions.stream().max(Comparator
                .comparing((HaproxyVersion version) -> version.binary().isPresent()).thenComparing(BY_AGE))
                .orElseThrow();
    }

    static HaproxyVersion ask(Path binary) {
        String said;
        try {
            said = outputOf(List.of(binary.toString(), "-v"));
        } catch (IOException e) {
            throw new UncheckedIOException("expected a binary of HAProxy, but " + binary + " cannot be run", e);
        }
        Matcher matcher = SAYS_VERSION.matcher(said);
        if (!matcher.find()) {
            throw new IllegalStateException(
                    "expected that " + binary + " -v tells a version of HAProxy, but it said: " + said.strip());
        }
        return new HaproxyVersion(matcher.group(1), Optional.of(binary.toAbsolutePath()), "");
    }

    private static List<HaproxyVersion> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<HaproxyVersion> versions = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                    versions.add(new HaproxyVersion(name.group(1), Optional.of(file.toAbsolutePath()), ""));
                }
            }
        }
        return versions;
    }

    private List<HaproxyVersion> inPath() {
        return split(path).map(folder -> Path.of(folder, "haproxy"))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file)).limit(1)
                .map(HaproxySearch::ask).toList();
    }

    private static Stream<String> split(String paths) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL).splitAsStream(paths)
                .filter(Predicate.not(String::isEmpty));
    }

    private static List<HaproxyVersion> complete(List<HaproxyVersion> found, List<String> wanted, String reason) {
        List<HaproxyVersion> versions = new ArrayList<>(found);
        for (String number : wanted) {
            if (versions.stream().noneMatch(version -> version.number().equals(number))) {
                versions.add(new HaproxyVersion(number, Optional.empty(), reason));
            }
        }
        return withBothEngines(versions, reason);
    }

    private static List<HaproxyVersion> withBothEngines(List<HaproxyVersion> found, String reason) {
        List<HaproxyVersion> versions = new ArrayList<>(found);
        if (found.stream().noneMatch(HaproxyVersion::hasOldEngine)) {
            versions.add(new HaproxyVersion("3.0", Optional.empty(), reason));
        }
        if (found.stream().allMatch(HaproxyVersion::hasOldEngine)) {
            versions.add(new HaproxyVersion("3.2", Optional.empty(), reason));
        }
        return versions.stream().sorted(BY_AGE).toList();
    }

    private static String outputOf(List<String> command) throws IOException {
        // a file and not a pipe, because only the end of the process can be waited for with a limit
        Path output = Files.createTempFile("spoa-haproxy-version", ".txt");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(SECONDS_TO_ANSWER, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " has not ended within " + SECONDS_TO_ANSWER + " s");
            }
            return Files.readString(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + " was interrupted", e);
        } finally {
            Files.delete(output);
        }
    }
}
