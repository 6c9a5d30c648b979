package dev.spoa.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command writes to: what picocli was told, which in tests is no standard output. */
final class CommandOutput {
    private CommandOutput() {}

    /** The writer for results of a command whose specification picocli has injected. */
    static PrintWriter of(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec, "picocli injects it").commandLine().getOut();
    }
}
