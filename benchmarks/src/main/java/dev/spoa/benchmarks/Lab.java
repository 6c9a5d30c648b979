package dev.spoa.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

/**
 * What all measurements need.
 *
 * @param root the folder of the project
 * @param out where progress is told
 */
record Lab(Path root, PrintWriter out) {
    /** Nothing else runs on the core of the agent that is measured. */
    static final int AGENT_CORE = 1;
    static final int LOAD_CORE = 0;

    Lab {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            throw new MeasurementException("an agent and its load need two processors, and there is one");
        }
    }

    /** Of the command {@code spoa}. */
    Path launcher() {
        return distribution().resolve("bin/spoa");
    }

    Path distribution() {
        return root.resolve("cli/target/spoa");
    }

    /** One of the programs in C. */
    Path program(String name) {
        return root.resolve("benchmarks/target/native").resolve(name);
    }

    Path results() {
        return root.resolve("benchmarks/target/results");
    }

    Path report() {
        return root.resolve("docs/benchmarks");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }
}
