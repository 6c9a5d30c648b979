package dev.spoa.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a program on the class path of the tests is started in a process of its own. */
final class JavaCommand {
    private JavaCommand() {}

    /** A small JVM that starts fast; options that come later count. Arguments may be added to it. */
    static List<String> of(Class<?> program, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        return command;
    }
}
