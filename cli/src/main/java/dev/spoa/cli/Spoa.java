package dev.spoa.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code spoa}. */
@Command(name = "spoa", mixinStandardHelpOptions = true,
        description = "Tools for HAProxy's Stream Processing Offload Agents.",
        subcommands = {
            ConformCommand.class,
        })
public final class Spoa {
    Spoa() {}

    /**
     * Runs a command.
     *
     * @param arguments its name and what belongs to it
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Spoa()).execute(arguments));
    }
}
