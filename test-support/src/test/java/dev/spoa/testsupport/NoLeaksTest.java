package dev.spoa.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoLeaksTest {
    private static final String PARANOID = "-Dio.netty.leakDetection.level=paranoid";
    private static final String COUNTING = "-Dio.netty.customResourceLeakDetector="
            + CountingLeakDetector.class.getName();

    @AfterEach
    void releaseWhatWasPlanted() {
        Planted.release();
    }

    @Test
    void letsTestsPassThatReleaseTheirBuffers() {
        NestedRun run = NestedRun.of(Planted.Clean.class, 1);

        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
    }

    @Test
    void failsATestThatLeaksAndNamesTheAllocationSite() {
        NestedRun run = NestedRun.of(Planted.Leaky.class, 1);

        assertThat(run.failures()).containsOnlyKeys("leaks()");
        assertThat(run.failures().get("leaks()")).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("2 buffers have a reference count above zero:\n"
                        + "2 allocated at dev.spoa.testsupport.Planted.allocate(Planted.java:")
                .hasMessageContaining("dev.spoa.testsupport.Planted$Leaky.leaks(Planted.java:");
        assertThat(run.succeeded()).isZero();
    }

    @Test
    void blamesOneTestOnlyForABuffer() {
        NestedRun run = NestedRun.of(Planted.LeakyThenClean.class, 1);

        assertThat(run.failures()).hasSize(1);
        assertThat(run.succeeded()).isEqualTo(1);
    }

    @Test
    void keepsTheOwnFailureOfATest() {
        NestedRun run = NestedRun.of(Planted.FailingAndLeaky.class, 1);

        Throwable failure = run.failures().get("failsWithABufferInItsHands()");
        assertThat(failure).hasMessage("the test's own failure");
        assertThat(failure.getSuppressed()).singleElement().asString()
                .contains("1 buffers have a reference count above zero");
    }

    @Test
    void failsAClassThatLeaksAfterItsTests() {
        NestedRun run = NestedRun.of(Planted.LeakyAsAClass.class, 1);

        assertThat(run.failures()).containsOnlyKeys("Planted$LeakyAsAClass");
        assertThat(run.succeeded()).isEqualTo(1);
    }

    @Test
    void waitsForBuffersThatAreReleasedAfterTheTest() {
        assertThat(NestedRun.of(Planted.Slow.class, 10_000).failures()).isEmpty();
    }

    @Test
    void looksAfterAutoClose() {
        assertThat(NestedRun.of(Planted.ClosingItself.class, 1).failures()).isEmpty();
    }

    @Test
    void passesInAJvmWithTheDetector() throws Exception {
        assertThat(inOwnJvm(Planted.Clean.class, PARANOID, COUNTING)).containsExactly("SUCCEEDED 2");
    }

    @Test
    void failsTheRunWhenNettyReportsALeakAtItsEnd() throws Exception {
        assertThat(String.join("\n", inOwnJvm(Planted.Collected.class, PARANOID, COUNTING)))
                .contains("FAILED losesABuffer(): java.lang.AssertionError: 1 buffers")
                .contains("FAILED JUnit Jupiter: java.lang.AssertionError: Netty reported 1 leaks:")
                .contains("ByteBuf was collected with a reference count above zero.")
                .contains("Planted$Collected.losesABuffer");
    }

    @Test
    void failsLoudlyWithoutTheDetector() throws Exception {
        assertThat(inOwnJvm(Planted.Clean.class, PARANOID)).contains("SUCCEEDED 0").anyMatch(
                line -> line.contains("FAILED Planted$Clean") && line.contains("Netty does not use this class"));
    }

    @Test
    void failsLoudlyBelowLevelParanoid() throws Exception {
        assertThat(inOwnJvm(Planted.Clean.class, COUNTING)).contains("SUCCEEDED 0").anyMatch(line -> line
                .contains("FAILED Planted$Clean") && line.contains("its level is SIMPLE and not PARANOID"));
    }

    private static List<String> inOwnJvm(Class<?> testClass, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NestedRun.class.getName(),
                testClass.getName()));
        Process jvm = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines;
        try (InputStream output = jvm.getInputStream()) {
            lines = new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        assertThat(jvm.waitFor()).isZero();
        return lines;
    }
}
