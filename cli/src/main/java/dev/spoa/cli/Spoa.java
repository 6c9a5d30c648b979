package dev.spoa.cli;

import dev.spoa.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command {@code spoa}. */
@Command(
        name = "spoa",
        mixinStandardHelpOptions = true,
        versionProvider = Spoa.Version.class,
        description = "Tools for HAProxy's Stream Processing Offload Agents (SPOA).",
        footer = {
            "",
            "An ADDRESS is host:port, [v6]:port or unix@/path.",
            "\"spoa COMMAND --help\" tells about a command; completion for bash and zsh:",
            "  source <(spoa generate-completion)"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it is done, and what was tested is as it should be",
            "1:what was tested is not: an agent is down, a case failed, bytes are malformed",
            "2:the command line is wrong",
            "3:the agent cannot be reached, or a file cannot be read or written"
        },
        subcommands = {
            FixtureCommand.class,
            NotifyCommand.class,
            PingCommand.class,
            BenchCommand.class,
            ConformCommand.class,
            DecodeCommand.class,
            ExplainCommand.class,
            AutoComplete.GenerateCompletion.class,
        })
public final class Spoa {
    Spoa() {}

    /**
     * Runs a command.
     *
     * @param arguments its name and what belongs to it
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command as it is run, for tests to give other writers. */
    static CommandLine commandLine() {
        return new CommandLine(new Spoa()).setExecutionExceptionHandler(Spoa::failed)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Says what went wrong in a line, and shows the way here only where nobody foresaw it. */
    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        int exitCode = switch (failure) {
            case EngineException e -> ExitCode.UNREACHABLE;
            case IOException e -> ExitCode.UNREACHABLE;
            case UncheckedIOException e -> ExitCode.UNREACHABLE;
            case IllegalArgumentException e -> ExitCode.USAGE;
            default -> throw failure;
        };
        command.getErr().println(command.getColorScheme().errorText("spoa " + command.getCommandName() + ": "
                + Objects.requireNonNullElse(failure.getMessage(), failure.toString())));
        command.getErr().flush();
        return exitCode;
    }

    /** The version that the build has put into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Spoa.class.getPackage().getImplementationVersion();
            return new String[] {"spoa " + Objects.requireNonNullElse(version, "(run from classes)")};
        }
    }
}
