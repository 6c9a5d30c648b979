package dev.spoa.cli;

import dev.spoa.engine.EngineException;
import dev.spoa.protocol.wire.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
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
            "An ADDRESS is " + Spoa.ADDRESS + "; conform knows no abnsz@.",
            "\"spoa COMMAND --help\" tells about a command; completion for bash and zsh:",
            "  source <(spoa generate-completion)"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it is done, and what was tested is as it should be",
            "1:what was tested is not: an agent is down or refuses HELLO, a case failed, bytes are malformed",
            "2:the command line is wrong",
            "3:the agent cannot be reached, or a file or standard output cannot be read or written"
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
    /** What an address may be, for the help of commands that stand on the engine. */
    static final String ADDRESS = "host:port, [v6]:port, unix@/path or abnsz@name";

    Spoa() {}

    /**
     * Runs a command.
     *
     * @param arguments its name and what belongs to it
     */
    public static void main(String[] arguments) {
        // around the writer of picocli's own nobody would ever learn that nobody reads any more
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        System.exit(commandLine().setOut(out).execute(arguments));
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
            case EngineException e -> exitCode(e);
            case IOException e -> ExitCode.UNREACHABLE;
            case UncheckedIOException e -> ExitCode.UNREACHABLE;
            case IllegalArgumentException e -> isUnknownHost(e) ? ExitCode.UNREACHABLE : ExitCode.USAGE;
            default -> throw failure;
        };
        command.getErr().println(command.getColorScheme().errorText("spoa " + command.getCommandName() + ": "
                + Printable.whole(Objects.requireNonNullElse(failure.getMessage(), failure.toString()))));
        command.getErr().flush();
        return exitCode;
    }

    /** An agent that can be connected to, but refuses HELLO, or says nothing or nonsense, is not as it should be. */
    static int exitCode(EngineException failure) {
        return failure.kind() == EngineException.Kind.UNREACHABLE ? ExitCode.UNREACHABLE : ExitCode.NOT_OK;
    }

    /** Whether an address is well formed, but its host is one that nobody knows. */
    static boolean isUnknownHost(IllegalArgumentException failure) {
        return failure.getCause() instanceof UnknownHostException;
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
