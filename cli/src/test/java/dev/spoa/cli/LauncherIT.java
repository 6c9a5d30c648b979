package dev.spoa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineException;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as it is handed out: a script and a jar. */
class LauncherIT {
    private static final Path DISTRIBUTION = Path.of("target", "spoa").toAbsolutePath();
    private static final String LISTENING = "listening on 127.0.0.1:";
    private static final int EXIT_BY_SIGTERM = 128 + 15;

    private static Process start(Path dir, Path command, String... arguments) throws IOException {
        ProcessBuilder process = new ProcessBuilder(command.toString()).directory(dir.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        process.command().addAll(List.of(arguments));
        return process.start();
    }

    private static String output(Path dir, Path command, String... arguments) throws Exception {
        Process process = start(dir, command, arguments);
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void runsFromAnotherFolderAndThroughALink(@TempDir Path dir) throws Exception {
        Path command = DISTRIBUTION.resolve("bin/spoa");
        assertThat(output(dir, command, "--version")).matches("spoa \\d+\\.\\d+\\.\\d+\\S*\\R");
        Path link = Files.createSymbolicLink(dir.resolve("spoa"), command);
        assertThat(output(dir, link, "ping", "--help")).startsWith("Usage: spoa ping");
    }

    @Test
    void jarRunsByItself(@TempDir Path dir) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertThat(output(dir, java, "-jar", DISTRIBUTION.resolve("lib/spoa.jar").toString(), "--version"))
                .startsWith("spoa ");
    }

    /** A cache that the JVM rejects is no error to it, only slow. */
    @ParameterizedTest
    @ValueSource(strings = {"ping", "fixture"})
    void startsWithTheCacheThatTheBuildHasMade(String subcommand, @TempDir Path dir) throws Exception {
        ProcessBuilder process = new ProcessBuilder(DISTRIBUTION.resolve("bin/spoa").toString(), subcommand, "--help")
                .directory(dir.toFile()).redirectErrorStream(true);
        process.environment().put("JAVA_OPTS", "-Xlog:class+load");
        String loaded = new String(process.start().getInputStream().readAllBytes(), UTF_8);
        assertThat(loaded).containsPattern("dev\\.spoa\\.cli\\.Spoa source: shared objects file");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void optionsAreThoseForWhatRunsLong(int processors, @TempDir Path dir) throws Exception {
        Path nproc = Files.writeString(dir.resolve("nproc"), "#!/bin/sh\necho " + processors + "\n");
        assertThat(nproc.toFile().setExecutable(true)).isTrue();
        ProcessBuilder process = new ProcessBuilder(DISTRIBUTION.resolve("bin/spoa").toString(), "fixture", "--help")
                .redirectErrorStream(true);
        process.environment().merge("PATH", dir.toString(), (path, first) -> first + File.pathSeparator + path);
        process.environment().put("JAVA_OPTS", "-XX:+PrintCommandLineFlags -Xlog:class+load");

        String output = new String(process.start().getInputStream().readAllBytes(), UTF_8);

        assertThat(output.contains("-XX:DisableIntrinsic=_onSpinWait")).isEqualTo(processors == 1);
        assertThat(output).as("what lives on is copied once, not 15 times").contains("-XX:MaxTenuringThreshold=1 ");
        assertThat(output).as("takes the cache all the same")
                .containsPattern("dev\\.spoa\\.cli\\.Spoa source: shared objects file");
    }

    @Test
    void zipHasTheSameButTheCache() throws Exception {
        try (ZipFile zip = new ZipFile(new File("target/spoa.zip"))) {
            assertThat(zip.stream().map(ZipEntry::getName)).contains("bin/spoa", "lib/spoa.jar", "lib/find-java",
                    "lib/make-cache", "LICENSE").noneMatch(name -> name.endsWith(".aot") || name.endsWith(".jsa"));
        }
    }

    @Test
    void sigtermOfTheFixtureLosesNothing(@TempDir Path dir) throws Exception {
        Process fixture = start(dir, DISTRIBUTION.resolve("bin/spoa"), "fixture", "--listen", "127.0.0.1:0");
        try (BufferedReader lines = fixture.inputReader(UTF_8)) {
            String ready = lines.readLine();
            assertThat(ready).startsWith(LISTENING);
            String address = ready.substring("listening on ".length());
            try (Engine engine = Engine.builder().connect(address)) {
                CompletableFuture<Value> slept = engine.notify("sleep", new Argument("ms", Value.of(1_000L)))
                        .thenApply(ack -> ack.value(Scope.TRANSACTION, "slept").orElseThrow());
                // behind the first on the same connection, so the first has come to its handler as well
                engine.notify("echo").join();

                // the script has become the JVM; Process.destroy() would also close the output that is read below
                fixture.toHandle().destroy();

                assertThat(slept.join()).isEqualTo(Value.of(1_000L));
                assertThat(engine.closed()).as("DISCONNECT 0").succeedsWithin(20, TimeUnit.SECONDS);
                assertThat(fixture.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(fixture.exitValue()).isEqualTo(EXIT_BY_SIGTERM);
                assertThat(lines.readLine()).as("anything more on standard output").isNull();
                assertThat(connectionFailure(address)).isEqualTo(EngineException.Kind.UNREACHABLE);
            }
        } finally {
            fixture.destroyForcibly();
        }
    }

    private static EngineException.Kind connectionFailure(String address) {
        try (Engine engine = Engine.builder().connect(address)) {
            throw new AssertionError("still listening: " + engine.offer());
        } catch (EngineException e) {
            return e.kind();
        }
    }

    @Test
    void fixtureHasThreeKindsOfHandlers(@TempDir Path dir) throws Exception {
        for (String kind : List.of("--inline", "--async", "--pool")) {
            Process fixture = start(dir, DISTRIBUTION.resolve("bin/spoa"), "fixture", kind, "--listen",
                    "unix@" + dir.resolve("agent.sock"));
            try (BufferedReader lines = fixture.inputReader(UTF_8)) {
                assertThat(lines.readLine()).isEqualTo("listening on unix@" + dir.resolve("agent.sock"));
                assertThat(output(dir, DISTRIBUTION.resolve("bin/spoa"), "notify",
                        "unix@" + dir.resolve("agent.sock"), "get-ip-reputation", "ip=ip:192.0.2.77"))
                        .startsWith("set-var   sess ip_score = int32:77");
            } finally {
                fixture.destroy();
                fixture.waitFor(20, TimeUnit.SECONDS);
            }
        }
        assertThat(Run.of("fixture", "--inline", "--async", "--listen", "127.0.0.1:0").exitCode())
                .isEqualTo(ExitCode.USAGE);
    }
}
