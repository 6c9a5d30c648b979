package dev.spoa.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {
    private final StringWriter said = new StringWriter();
    private final StringWriter complained = new StringWriter();

    @TempDir private Path root;

    @BeforeEach
    void inAFolderOfItsOwn() {
        System.setProperty("bench.root", root.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty("bench.root");
    }

    private int run(String... arguments) {
        CommandLine command = Bench.commandLine();
        command.setOut(new PrintWriter(said)).setErr(new PrintWriter(complained));
        return command.execute(arguments);
    }

    @Test
    void eachMeasurementIsACommand() {
        assertThat(Bench.commandLine().getSubcommands().keySet())
                .containsAll(Arrays.stream(Measurement.values()).map(Measurement::toString).toList())
                .contains("report");
    }

    @Test
    void helpExplainsEachCommand() {
        assertThat(run("--help")).isZero();
        assertThat(said.toString()).contains("compare", "open-loop", "docs/benchmarks");
        for (Measurement measurement : Measurement.values()) {
            assertThat(run(measurement.toString(), "--help")).isZero();
        }
    }

    @Test
    void aReportOfNothingIsAnError() {
        assertThat(run("report")).isEqualTo(1);
        assertThat(complained.toString())
                .startsWith("./bench report: there are no results yet in benchmarks/target/results");
    }

    @Test
    void anUnknownOptionIsAMatterOfUsage() {
        assertThat(run("compare", "--forever")).isEqualTo(2);
    }
}
