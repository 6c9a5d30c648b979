package dev.spoa.cli;

import dev.spoa.conformance.AgentCommand;
import dev.spoa.conformance.ConformanceSuite;
import dev.spoa.conformance.Level;
import dev.spoa.conformance.Report;
import dev.spoa.conformance.SuiteRun;
import dev.spoa.protocol.AgentAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code spoa conform}: the conformance suite against an agent. */
@Command(name = "conform", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Runs the conformance suite against an agent that follows docs/fixture-agent.md.",
            "docs/conformance.md explains the cases and the reports."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no must case failed; with --strict no should case either",
            "1:a case that counts failed, or the agent died",
            "2:wrong usage",
            "3:the agent cannot be reached or started, or a report cannot be written",
        })
final class ConformCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "ADDRESS",
            description = "Where the agent listens: host:port, [v6]:port or unix@/path.") private @Nullable String address;

    @Option(names = "--command", paramLabel = "CMD",
            description = "Start the agent with this command of the shell, start it again when it has died, and end it"
                    + " at the end. Cases that need its process are run.") private @Nullable String command;

    @Option(names = "--pid", paramLabel = "N",
            description = "The agent runs as this process. The last case sends it a SIGTERM.") private @Nullable Long pid;

    @Option(names = "--only", split = ",", paramLabel = "ID",
            description = "Only these cases: C12 with all its parts, C12.legacy, C1*. May be repeated.") private List<
                    String> only = new ArrayList<>();

    @Option(names = "--skip", split = ",", paramLabel = "ID",
            description = "Not these cases. May be repeated.") private List<String> skip = new ArrayList<>();

    @Option(names = "--level", paramLabel = "must|should", converter = LevelConverter.class,
            description = "Only cases of this level.") private @Nullable Level level;

    @Option(names = "--strict", description = "A should case that fails counts, too.") private boolean strict;

    @Option(names = "--patience", paramLabel = "SECONDS", defaultValue = "5",
            description = "How long any one answer is waited for. Default: ${DEFAULT-VALUE}.") private double patience;

    @Option(names = "--limit", paramLabel = "SECONDS", defaultValue = "60",
            description = "How long a case may take. Default: ${DEFAULT-VALUE}.") private double limit;

    @Option(names = "--parallel", paramLabel = "N", defaultValue = "8",
            description = "How many cases run at the same time. Default: ${DEFAULT-VALUE}.") private int parallel;

    @Option(names = "--seed", paramLabel = "N",
            description = "What everything random is made from. Default: another one each time; it is printed.") private @Nullable Long seed;

    @Option(names = {"-v", "--verbose"}, description = "Show the cases that passed, too.") private boolean verbose;

    @Option(names = "--json", description = "Write the report as JSON.") private boolean json;

    @Option(names = "--junit", paramLabel = "FILE",
            description = "Write a JUnit XML report to this file, too.") private @Nullable Path junit;

    @Option(names = "--list", description = "List the cases that were chosen, and run none.") private boolean list;

    @Override
    public Integer call() throws IOException {
        SuiteRun.Builder run = configured();
        if (list) {
            CaseListing.write(run.chosen(), out(), json);
            return ExitCode.OK;
        }
        SocketAddress agent = parsed();
        Report report;
        if (command == null) {
            report = run.address(agent).run();
        } else {
            try (AgentCommand started = new AgentCommand(command, agent)) {
                report = run.address(agent).command(started).run();
            }
        }
        return write(report) ? exitCode(report) : ExitCode.UNREACHABLE;
    }

    private int exitCode(Report report) {
        if (report.end() == Report.AgentEnd.UNREACHABLE) {
            return ExitCode.UNREACHABLE;
        }
        return report.isConformant(strict) ? ExitCode.OK : ExitCode.NOT_OK;
    }

    private SuiteRun.Builder configured() {
        SuiteRun.Builder run = ConformanceSuite.builder().only(only).skip(skip);
        try {
            run.patience(seconds(patience)).limit(seconds(limit)).parallel(parallel);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        if (level != null) {
            run.level(level);
        }
        if (seed != null) {
            run.seed(seed);
        }
        if (pid != null) {
            if (command != null) {
                throw usage("--command and --pid exclude each other: --command knows its process");
            }
            run.pid(pid);
        }
        if (run.chosen().isEmpty()) {
            throw usage("no case is left to run; spoa conform --list has their ids");
        }
        return run;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private SocketAddress parsed() {
        if (address == null) {
            throw usage("Missing required parameter: 'ADDRESS'");
        }
        try {
            return AgentAddress.parse(address);
        } catch (IllegalArgumentException e) {
            throw Spoa.isUnknownHost(e) ? e : usage(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(commandSpec().commandLine(), message);
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set the specification");
        }
        return spec;
    }

    private PrintWriter out() {
        return CommandOutput.of(spec);
    }

    /** The names of the levels as the reports have them. */
    static final class LevelConverter implements ITypeConverter<Level> {
        @Override
        public Level convert(String value) {
            return switch (value) {
                case "must" -> Level.MUST;
                case "should" -> Level.SHOULD;
                default -> throw new TypeConversionException("expected must or should, but it is '" + value + "'");
            };
        }
    }

    /** @return whether all reports could be written */
    private boolean write(Report report) throws IOException {
        if (json) {
            report.writeJson(out());
        } else {
            boolean colours = commandSpec().commandLine().getColorScheme().ansi().enabled();
            report.writeText(out(), verbose, colours);
        }
        if (junit == null) {
            return true;
        }
        try (Writer file = Files.newBufferedWriter(junit)) {
            report.writeJunit(file, strict);
            return true;
        } catch (IOException e) {
            commandSpec().commandLine().getErr().println("cannot write " + junit + ": " + e);
            return false;
        }
    }
}
