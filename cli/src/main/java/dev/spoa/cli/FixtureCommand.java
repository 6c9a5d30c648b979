package dev.spoa.cli;

import dev.spoa.agent.Transport;
import dev.spoa.fixture.FixtureAgent;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code spoa fixture}. */
@Command(
        name = "fixture",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the fixture agent, whose behaviour is fixed, so that anything that speaks SPOP can be tried on it.",
            "It prints one line when it listens. SIGTERM finishes what is in flight, then ends it."
        })
final class FixtureCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--listen", required = true, paramLabel = "ADDRESS",
            description = "Where to listen; port 0 takes a free one.") private String address = "";

    @Option(names = "--transport", paramLabel = "NAME",
            description = "How it talks to the operating system: auto, epoll, io_uring or nio (default: auto).") private Transport transport =
                    Transport.AUTO;

    @ArgGroup private @Nullable Kind kind;

    /** Blocking handlers, each on a virtual thread, where none of them is given. */
    static final class Kind {
        @Option(names = "--inline", description = "Run the handlers on the event loop.") boolean isInline;

        @Option(names = "--async",
                description = "Run asynchronous handlers, which complete at once.") boolean isAsync;

        @Option(names = "--pool",
                description = "Run asynchronous handlers, which complete on other threads.") boolean isPool;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            FixtureAgent.run(kind(), transport, address, CommandOutput.of(spec));
            return ExitCode.OK;
        } catch (IllegalStateException e) {
            // the transport is not to be had here, or not for such an address
            throw new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(),
                    Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }

    private FixtureAgent.Kind kind() {
        if (kind == null) {
            return FixtureAgent.Kind.BLOCKING;
        }
        if (kind.isInline) {
            return FixtureAgent.Kind.INLINE;
        }
        return kind.isPool ? FixtureAgent.Kind.POOL : FixtureAgent.Kind.ASYNC;
    }
}
