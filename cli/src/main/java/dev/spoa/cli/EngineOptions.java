package dev.spoa.cli;

import dev.spoa.engine.Engine;
import dev.spoa.engine.EngineBuilder;
import dev.spoa.engine.EngineProfile;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What {@code notify} and {@code ping} can be told about the HAProxy that they play. */
final class EngineOptions {
    @Option(names = "--profile", defaultValue = "mux", paramLabel = "ENGINE",
            description = "Which engine of HAProxy's to be: legacy (up to 3.0) or mux (from 3.1); ${DEFAULT-VALUE}.") private EngineProfile profile =
                    EngineProfile.MUX;

    @Option(names = "--timeout", defaultValue = "5", paramLabel = "SECONDS",
            description = "How long to wait for a connection, and for each answer; ${DEFAULT-VALUE}.") private double timeout;

    @Option(names = "--max-frame-size", defaultValue = "16380", paramLabel = "BYTES",
            description = "The size to offer, tune.bufsize - 4 in HAProxy; ${DEFAULT-VALUE}.") private int maxFrameSize;

    EngineBuilder builder() {
        // timeouts above the limit are refused by the builder, and so are all that are no positive number
        Duration wait = Duration.ofNanos((long) (timeout * 1e9));
        return Engine.builder().profile(profile).maxFrameSize(maxFrameSize).connectTimeout(wait).helloTimeout(wait)
                .processingTimeout(wait);
    }
}
