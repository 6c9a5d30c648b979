package dev.spoa.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Gives a target inputs that are there already. */
public final class Replay {
    private Replay() {}

    /**
     * A process of its own, for coverage.
     *
     * @param args the target, then the files of inputs or folders of them
     */
    public static void main(String[] args) {
        System.exit(inThisProcess(Target.of(args[0]), Arrays.asList(args).subList(1, args.length), System.out));
    }

    /** Returns 1 if one of them fails. */
    static int inThisProcess(Target target, List<String> inputs, PrintStream out) {
        int failed = 0;
        for (String input : inputs) {
            try {
                for (Path file : files(Path.of(input))) {
                    try {
                        feed(target, Files.readAllBytes(file));
                    } catch (Throwable e) {
                        failed++;
                        out.println(file + ": " + e);
                        e.printStackTrace(out);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static List<Path> files(Path from) throws IOException {
        if (!Files.isDirectory(from)) {
            return List.of(from);
        }
        try (var files = Files.list(from)) {
            return files.sorted().toList();
        }
    }

    static void feed(Target target, byte[] input) throws Throwable {
        MethodHandle entry = target.entry();
        entry.invokeExact(input);
    }
}
