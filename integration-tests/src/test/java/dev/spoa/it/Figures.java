package dev.spoa.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a test has measured besides what it asserts: a line in {@code target/figures/<topic>.txt}, which
 * {@code scripts/reliability} prints. Safe for any thread.
 */
final class Figures {
    private static final Path FOLDER = Path.of(System.getProperty("basedir", "")).resolve("target/figures");

    private Figures() {}

    /** Adds a line. */
    static synchronized void record(String topic, String line) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve(topic + ".txt"), line + "\n",
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
