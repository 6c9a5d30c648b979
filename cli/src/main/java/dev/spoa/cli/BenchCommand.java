package dev.spoa.cli;

import dev.spoa.cli.bench.Comparison;
import dev.spoa.cli.bench.JsonReport;
import dev.spoa.cli.bench.Live;
import dev.spoa.cli.bench.LoadGenerator;
import dev.spoa.cli.bench.LoadPlan;
import dev.spoa.cli.bench.LoadResult;
import dev.spoa.cli.bench.LoadTarget;
import dev.spoa.cli.bench.Payload;
import dev.spoa.cli.bench.TextReport;
import dev.spoa.engine.EngineProfile;
import dev.spoa.protocol.AgentAddress;
import dev.spoa.protocol.Argument;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes load on an agent, or on two in turns. */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true,
        description = {"Makes load on an agent and measures how it is borne; every answer is checked.",
            "With two addresses the agents take turns, and the second is compared with the first.",
            "",
            "Exit status 1: wrong answers, errors, lost connections, or no answer at all.",
            ""})
final class BenchCommand implements Callable<Integer> {
    private static final int HGRM_TICKS = 5;
    private static final double NANOS_PER_MICRO = 1e3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "ADDRESS", description = Spoa.ADDRESS)
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private String address;

    @Parameters(index = "1..*", paramLabel = "[ADDRESS] [NAME=TYPE:VALUE]",
            description = "a second agent to compare; arguments of the message that --payload names") private List<
                    String> more = new ArrayList<>();

    @Option(names = {"-c", "--connections"}, paramLabel = "N", defaultValue = "8",
            description = "connections") private int connections;

    @Option(names = {"-f", "--in-flight"}, paramLabel = "N", defaultValue = "20",
            description = "most NOTIFYs in flight on each connection") private int inFlight;

    @Option(names = {"-d", "--duration"}, paramLabel = "TIME", defaultValue = "10s",
            converter = DurationSyntax.class,
            description = "how long to measure, like 500ms, 10s or 2m") private Duration duration = Duration.ZERO;

    @Option(names = {"-w", "--warmup"}, paramLabel = "TIME", defaultValue = "2s", converter = DurationSyntax.class,
            description = "how long to make load before that") private Duration warmup = Duration.ZERO;

    @Option(names = {"-r", "--rate"}, paramLabel = "N", defaultValue = "0",
            description = "NOTIFYs per second, each due at a fixed time from which its latency counts; "
                    + "0: the next one when an answer makes place") private double rate;

    @Option(names = "--profile", paramLabel = "legacy|mux", defaultValue = "mux",
            converter = ProfileSyntax.class,
            description = "HAProxy's engine up to 3.0, or from 3.1 on") private EngineProfile profile =
                    EngineProfile.MUX;

    @Option(names = "--payload", paramLabel = "small|http|MESSAGE", defaultValue = "small",
            description = "get-ip-reputation with one address or with six arguments of about 600 bytes, or any message") private String payload =
                    "";

    @Option(names = "--max-frame-size", paramLabel = "BYTES", defaultValue = "16380",
            description = "what to offer in HELLO") private int maxFrameSize;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = DurationSyntax.class,
            description = "how long to wait for an ACK") private Duration timeout = Duration.ZERO;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1",
            description = "event loops over which the connections are spread") private int threads;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "for the choice of addresses") private long seed;

    @Option(names = "--pid", paramLabel = "PID",
            description = "the agent's process: shows processor time for each ACK") private @Nullable Long pid;

    @Option(names = "--vs", paramLabel = "ADDRESS",
            description = "a second agent to compare") private @Nullable String vs;

    @Option(names = "--vs-pid", paramLabel = "PID",
            description = "the second agent's process") private @Nullable Long vsPid;

    @Option(names = "--pairs", paramLabel = "N", defaultValue = "5",
            description = "turns of each agent to compare") private int pairs;

    @Option(names = "--live", negatable = true,
            description = "a line on standard error every second; by default on a terminal") private @Nullable Boolean isLive;

    @Option(names = "--json", description = "the result as JSON") private boolean isJson;

    @Option(names = "--hgrm", paramLabel = "FILE",
            description = "write the distribution of latencies as HdrHistogram's plotter reads it, in microseconds") private @Nullable Path hgrm;

    @Override
    public Integer call() throws InterruptedException, IOException {
        String second = secondAddress();
        LoadPlan plan = plan();
        LoadTarget first = target(address, pid);
        return second == null ? measure(first, plan) : compare(first, target(second, vsPid), plan);
    }

    private int measure(LoadTarget target, LoadPlan plan) throws InterruptedException, IOException {
        if (vsPid != null) {
            throw usage("--vs-pid needs a second address");
        }
        LoadResult result = run(target, plan, "");
        if (hgrm != null) {
            write(hgrm, result);
        }
        StringWriter json = new StringWriter();
        if (isJson) {
            JsonReport.write(json, result);
        }
        print(isJson ? json + System.lineSeparator() : TextReport.of(result));
        return result.isClean() ? ExitCode.OK : ExitCode.NOT_OK;
    }

    private int compare(LoadTarget a, LoadTarget b, LoadPlan plan) throws InterruptedException, IOException {
        if (hgrm != null) {
            throw usage("--hgrm is for one address");
        }
        if (pairs < 1) {
            throw usage("--pairs: expected 1 or more, but " + pairs + " came");
        }
        Comparison comparison = Comparison.run(pairs, (pair, isSecond) -> run(isSecond ? b : a, plan,
                "pair " + pair + " of " + pairs + ", " + (isSecond ? "B" : "A") + " "));
        StringWriter json = new StringWriter();
        if (isJson) {
            JsonReport.write(json, comparison);
        }
        print(isJson ? json + System.lineSeparator() : TextReport.of(comparison));
        return comparison.isClean() ? ExitCode.OK : ExitCode.NOT_OK;
    }

    private LoadResult run(LoadTarget target, LoadPlan plan, String label) throws InterruptedException {
        boolean isShown = isLive != null ? isLive : Terminal.isThere();
        try (LiveLine line = new LiveLine(spec.commandLine().getErr(), label)) {
            Consumer<Live> watcher = isShown ? line : live -> {
            };
            return LoadGenerator.run(target, plan, watcher);
        }
    }

    private void print(String text) {
        PrintWriter out = CommandOutput.of(spec);
        out.print(text);
        out.flush();
    }

    private static void write(Path file, LoadResult result) throws IOException {
        try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            result.latencies().outputPercentileDistribution(out, HGRM_TICKS, NANOS_PER_MICRO);
            if (out.checkError()) {
                throw new IOException(file + " could not be written to its end");
            }
        }
    }

    // Options

    private LoadPlan plan() {
        List<Argument> arguments = more.stream().filter(text -> text.contains("=")).map(ArgumentSyntax::parse).toList();
        boolean isBuiltIn = payload.equals("small") || payload.equals("http");
        if (isBuiltIn && !arguments.isEmpty()) {
            throw usage("arguments need --payload MESSAGE, not --payload " + payload);
        }
        Payload messages = switch (payload) {
            case "small" -> Payload.small();
            case "http" -> Payload.http();
            default -> Payload.of(payload, arguments);
        };
        return new LoadPlan(profile, connections, inFlight, threads, warmup, duration, rate, timeout, maxFrameSize,
                seed, messages);
    }

    /** An argument has a {@code =}, and an address that has one, too, can be given with {@code --vs}. */
    private @Nullable String secondAddress() {
        List<String> addresses = new ArrayList<>(more.stream().filter(text -> !text.contains("=")).toList());
        if (vs != null) {
            addresses.add(vs);
        }
        if (addresses.size() > 1) {
            throw usage("expected two addresses at most, but more came: " + address + " "
                    + String.join(" ", addresses));
        }
        return addresses.isEmpty() ? null : addresses.getFirst();
    }

    private static LoadTarget target(String text, @Nullable Long process) {
        Optional<ProcessHandle> handle = process == null ? Optional.empty() : ProcessHandle.of(process);
        if (process != null && handle.isEmpty()) {
            throw usage("there is no process " + process);
        }
        return new LoadTarget(AgentAddress.parse(text), handle);
    }

    private static IllegalArgumentException usage(String why) {
        return new IllegalArgumentException(why);
    }
}
