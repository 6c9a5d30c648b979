package dev.spoa.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A command run in this process: its exit code and what it printed. */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Spoa.commandLine().setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)).execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
