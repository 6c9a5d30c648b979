package dev.spoa.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One measurement, as it is kept.
 *
 * @param measurement which one
 * @param machine where and when
 * @param settings rounds and times, in words
 * @param rows what came out
 */
record Result(Measurement measurement, Machine machine, String settings, List<Row> rows) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    static Path file(Path folder, Measurement measurement) {
        return folder.resolve(measurement + ".json");
    }

    static Result read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Result.class);
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(file(folder, measurement).toFile(), this);
    }
}
