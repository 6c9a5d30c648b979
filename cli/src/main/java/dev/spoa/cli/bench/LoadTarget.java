package dev.spoa.cli.bench;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * An agent.
 *
 * @param address where it listens
 * @param process its process, where that is known and on this machine
 */
public record LoadTarget(SocketAddress address, Optional<ProcessHandle> process) {
    /** The time that it has had a processor for; zero where that cannot be had. */
    Duration cpu() {
        return process.flatMap(handle -> handle.info().totalCpuDuration()).orElse(Duration.ZERO);
    }
}
