package dev.spoa.conformance.floor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The bare C agent, compiled from the test resource {@code spopfloor.c}. */
final class FloorProgram {
    private static final int COMPILED_WITHIN_SECONDS = 60;

    private FloorProgram() {}

    /** Compiles it, or skips the test where there is no compiler. */
    static Path compile(Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve("spopfloor.c");
        try (InputStream in = FloorProgram.class.getResourceAsStream("/spopfloor.c")) {
            Files.copy(Objects.requireNonNull(in, "spopfloor.c is among the test resources"), source);
        }
        Path program = directory.resolve("spopfloor");
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-O1", "-w", "-o", program.toString(), source.toString()).inheritIO()
                    .start();
        } catch (IOException e) {
            return Assumptions.abort("there is no C compiler named cc here: " + e.getMessage());
        }
        if (!compiler.waitFor(COMPILED_WITHIN_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            throw new AssertionError("cc has not compiled " + source);
        }
        return program;
    }
}
