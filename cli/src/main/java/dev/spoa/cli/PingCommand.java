package dev.spoa.cli;

import dev.spoa.engine.HealthCheck;
import dev.spoa.protocol.wire.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spoa ping}. */
@Command(
        name = "ping",
        mixinStandardHelpOptions = true,
        description = {
            "Checks an agent's health as HAProxy's \"option spop-check\" does, on a connection of its own.",
            "Exit status 0: up. 1: down, and the reason is printed. So it serves as an exec probe of Kubernetes."
        })
final class PingCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private EngineOptions engine = new EngineOptions();

    @Parameters(paramLabel = "ADDRESS",
            description = "The agent: " + Spoa.ADDRESS + ".") private String address = "";

    @Option(names = "--json",
            description = "Print one JSON object: address, up, reason, elapsed_us.") private boolean isJson;

    @Override
    public Integer call() throws IOException {
        HealthCheck health = check();
        PrintWriter out = CommandOutput.of(spec);
        long micros = health.elapsed().toNanos() / 1_000;
        if (isJson) {
            Json.object(out, json -> {
                json.writeStringField("address", address);
                json.writeBooleanField("up", health.up());
                json.writeStringField("reason", health.reason());
                json.writeNumberField("elapsed_us", micros);
            });
        } else {
            out.printf("%s is %s: %s (%s)%n", address, health.up() ? "up" : "down", Printable.whole(health.reason()),
                    Elapsed.text(micros));
        }
        out.flush();
        return health.up() ? ExitCode.OK : ExitCode.NOT_OK;
    }

    /** To a probe a host that is not known any more, or not yet, is an agent that is down. */
    private HealthCheck check() {
        long start = System.nanoTime();
        try {
            return engine.builder().check(address);
        } catch (IllegalArgumentException e) {
            if (!Spoa.isUnknownHost(e)) {
                throw e;
            }
            return new HealthCheck(false, "the host cannot be resolved", Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
