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
    void leavesAloneWhoDoesNotAskForIt() {
        assertThat(NestedRun.withoutAutodetection(Planted.Leaky.class).failures()).isEmpty();
    }

    @Test
    void checksTheClassThatAsksForIt() {
        assertThat(NestedRun.withoutAutodetection(Planted.LeakyAndWatched.class).failures())
                .containsOnlyKeys("leaks()");
    }

    @Test
    void failsATestThatTurnsDetectionOff() {
        NestedRun run = NestedRun.of(Planted.TurningDetectionOff.class, 1);

        assertThat(run.failures().get("setsNettysLevel()")).rootCause().isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("somebody has set Netty's leak detection to level DISABLED,"
                        + " and PARANOID was expected");
    }

    @Test
    void passesInAJvmWithTheDetector() throws Exception {
        assertThat(inOwnJvm(List.of(PARANOID, COUNTING), Planted.Clean.class.getName()))
                .containsExactly("SUCCEEDED 2", "LEVEL PARANOID");
    }

    @Test
    void needsNoOptionsAndLeavesNettysLevelAsItWas() throws Exception {
        assertThat(inOwnJvm(List.of(), Planted.Clean.class.getName())).containsExactly("SUCCEEDED 2", "LEVEL SIMPLE");
        assertThat(inOwnJvm(List.of(), Planted.Leaky.class.getName())).contains("SUCCEEDED 0", "LEVEL SIMPLE")
                .anyMatch(line -> line.startsWith("FAILED leaks(): java.lang.AssertionError: 2 buffers"));
    }

    @Test
    void failsTheRunWhenNettyReportsALeakAtItsEnd() throws Exception {
        assertThat(String.join("\n", inOwnJvm(List.of(), Planted.Collected.class.getName())))
                .contains("FAILED losesABuffer(): java.lang.AssertionError: 1 buffers")
                .contains("FAILED JUnit Jupiter: java.lang.AssertionError: Netty reported 1 leaks:")
                .contains("ByteBuf was collected with a reference count above zero.")
                .contains("Planted$Collected.losesABuffer");
    }

    @Test
    void failsLoudlyWhenNettyWasInUseBeforeJUnit() throws Exception {
        assertThat(inOwnJvm(List.of(PARANOID), Planted.Clean.class.getName(), "Netty first"))
                .contains("SUCCEEDED 0").anyMatch(line -> line.contains("FAILED Planted$Clean")
                        && line.contains("Netty's buffers were in use before JUnit started")
                        && line.contains("Start the JVM with " + COUNTING));
    }

    @Test
    void worksWithTheOptionWhereNettyWasInUseBeforeJUnit() throws Exception {
        assertThat(inOwnJvm(List.of(COUNTING), Planted.Clean.class.getName(), "Netty first"))
                .containsExactly("SUCCEEDED 2", "LEVEL SIMPLE");
    }

    @Test
    void failsLoudlyWithAnotherDetector() throws Exception {
        assertThat(inOwnJvm(List.of("-Dio.netty.customResourceLeakDetector=io.netty.util.ResourceLeakDetector"),
                Planted.Clean.class.getName())).contains("SUCCEEDED 0").anyMatch(
                        line -> line.contains("FAILED Planted$Clean")
                                && line.contains("says that Netty uses io.netty.util.ResourceLeakDetector"));
    }

    private static List<String> inOwnJvm(List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NestedRun.class.getName()));
        command.addAll(List.of(arguments));
        Process jvm = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines;
        try (InputStream output = jvm.getInputStream()) {
            lines = new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        assertThat(jvm.waitFor()).isZero();
        return lines;
    }
}
