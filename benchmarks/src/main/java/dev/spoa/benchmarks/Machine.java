package dev.spoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/**
 * Where and when something was measured.
 *
 * @param processor its model
 * @param cores how many the process may use
 * @param kernel name and version
 * @param java the runtime, of the agents too
 * @param date the day, in UTC
 * @param load the load average before it began: on a machine with other work it is above 0
 */
record Machine(String processor, int cores, String kernel, String java, String date, String load) {
    static Machine here() throws IOException {
        return new Machine(model(), Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
                LocalDate.now(ZoneOffset.UTC).toString(),
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    }

    private static String model() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(System.getProperty("os.arch"));
        }
    }
}
