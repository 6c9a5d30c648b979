package dev.spoa.cli;

/** What the command's exit status says; {@code spoa --help} documents them. */
final class ExitCode {
    /** What was asked for was done, and what was tested is as it should be. */
    static final int OK = 0;
    /** What was tested is not as it should be: an agent is down or refuses HELLO, a case failed, bytes are malformed. */
    static final int NOT_OK = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** The agent cannot be connected to, its host be resolved, or a file be read or written. */
    static final int UNREACHABLE = 3;

    private ExitCode() {}
}
