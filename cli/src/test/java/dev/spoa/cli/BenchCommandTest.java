package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentBuilder;
import dev.spoa.cli.bench.JsonText;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.AgentAddress;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BenchCommandTest {
    private static final byte[] NO_ACTIONS = {};
    /** A short run, where the test does not say otherwise. */
    private static final Map<String, String> DEFAULTS = Map.of("-d", "100ms", "-w", "0", "-c", "2", "-f", "3");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addFirst("bench");
        DEFAULTS.forEach((option, value) -> {
            if (!all.contains(option)) {
                all.addAll(1, List.of(option, value));
            }
        });
        return Spoa.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private Object json(String... path) throws IOException {
        return JsonText.at(out.toString(), path);
    }

    private static Agent start(AgentBuilder builder) {
        return builder.listen("127.0.0.1:0").shutdownHook(false).start();
    }

    private static Agent fixture(FixtureAgent.Kind kind) {
        return start(FixtureAgent.configure(Agent.builder(), kind));
    }

    private static String address(Agent agent) {
        return AgentAddress.format(agent.addresses().getFirst());
    }

    @ParameterizedTest
    @EnumSource(FixtureAgent.Kind.class)
    void fixtureAgentAnswersEverything(FixtureAgent.Kind kind) throws IOException {
        try (Agent agent = fixture(kind)) {
            assertThat(bench(address(agent), "--json", "--no-live")).isZero();
        }
        assertThat((Double) json("acks")).isPositive();
        assertThat(json("errors", "total")).isEqualTo(0.0);
        assertThat(json("latency_us", "count")).isEqualTo(json("acks"));
        assertThat((Double) json("bytes", "sent")).isGreaterThan((Double) json("acks") * 30);
        assertThat((Double) json("bytes", "received")).isGreaterThan((Double) json("acks") * 20);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void legacyEngineWithLargePayloadOnSeveralThreads() throws IOException {
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            assertThat(bench(address(agent), "--json", "--profile", "legacy", "--payload", "http", "--threads", "2",
                    "--max-frame-size", "400")).isZero();
        }
        assertThat(json("load", "profile")).isEqualTo("legacy");
        assertThat(json("load", "max_frame_size")).isEqualTo(400.0);
        assertThat((Double) json("bytes", "sent")).isGreaterThan((Double) json("acks") * 600);
    }

    @Test
    void openLoopSendsEachNotifyOfItsSchedule() throws IOException {
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            bench(address(agent), "--json", "-r", "1000", "-d", "200ms", "-w", "100ms");
        }
        assertThat(json("errors", "total")).isEqualTo(0.0);
        assertThat(json("load", "loop")).isEqualTo("open");
        assertThat((Double) json("acks") + (Double) json("unsent")).isEqualTo(200.0);
        assertThat(json("latency_us", "count")).isEqualTo(200.0);
    }

    @Test
    void anyMessageCanBeSent() throws IOException {
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            assertThat(bench(address(agent), "--json", "--payload", "echo", "a=int32:-1", "b=ip:2001:db8::1"))
                    .isZero();
        }
        assertThat(json("load", "payload")).isEqualTo("echo");
        assertThat(json("errors", "total")).isEqualTo(0.0);
    }

    @Test
    void wrongAnswersAreErrors() throws IOException {
        try (Agent agent = start(Agent.builder().onInline("get-ip-reputation",
                (message, reply) -> reply.set(Scope.SESSION, "ip_score", 1_000)))) {
            assertThat(bench(address(agent), "--json")).isEqualTo(1);
        }
        assertThat(json("errors", "kinds", "wrong-answer", "number")).isEqualTo(json("acks"));
    }

    @Test
    void answersOfTheFailurePolicyAreErrorsOfTheirKind() throws IOException {
        try (Agent agent = fixture(FixtureAgent.Kind.BLOCKING)) {
            assertThat(bench(address(agent), "--json", "--payload", "fail")).isEqualTo(1);
            assertThat(json("errors", "kinds", "agent-error:handler-error", "number")).isEqualTo(json("acks"));
            out.getBuffer().setLength(0);
            assertThat(bench(address(agent), "--json", "--payload", "nobody-knows-it")).isEqualTo(1);
            assertThat(json("errors", "kinds", "agent-error:unknown-message", "number")).isEqualTo(json("acks"));
        }
    }

    @Test
    void anAgentThatDoesNotAnswerTimesOut() throws IOException {
        try (RawAgent agent = new RawAgent("pipelining", (connection, notify) -> NO_ACTIONS)) {
            assertThat(bench(agent.address(), "--json", "--timeout", "50ms")).isEqualTo(1);
        }
        assertThat(json("acks")).isEqualTo(0.0);
        double timeouts = (Double) json("errors", "kinds", "processing-timeout", "number");
        assertThat(timeouts).isGreaterThanOrEqualTo(6);
        assertThat(json("latency_us", "count")).isEqualTo(timeouts);
        assertThat((Double) json("latency_us", "min")).isGreaterThanOrEqualTo(49_900);
    }

    @Test
    void lostConnectionsAreOpenedAgain() throws IOException {
        // the first two are closed at once, the others work
        try (RawAgent agent = new RawAgent("pipelining",
                (connection, notify) -> connection <= 2 ? null : RawAgent.ack(notify, NO_ACTIONS))) {
            assertThat(bench(agent.address(), "--json", "--payload", "any", "-d", "1s")).isEqualTo(1);
            assertThat(agent.connections()).isEqualTo(4);
        }
        assertThat(json("connections", "lost")).isEqualTo(2.0);
        assertThat(json("connections", "reopened")).isEqualTo(2.0);
        assertThat(json("errors", "kinds", "connection-lost", "number")).isEqualTo(6.0);
        assertThat((Double) json("acks")).isPositive();
    }

    @Test
    void disconnectsAreCounted() throws IOException {
        AtomicInteger notifies = new AtomicInteger();
        try (RawAgent agent = new RawAgent("pipelining", (connection, notify) -> notifies.incrementAndGet() == 1
                ? RawAgent.disconnect(StatusCode.RESOURCE_ALLOCATION_ERROR)
                : RawAgent.ack(notify, NO_ACTIONS))) {
            assertThat(bench(agent.address(), "--json", "--payload", "any", "-d", "1s", "-c", "1")).isEqualTo(1);
        }
        assertThat(json("errors", "kinds", "disconnected", "number")).isEqualTo(3.0);
        assertThat(json("connections", "reopened")).isEqualTo(1.0);
    }

    @Test
    void withoutPipeliningOneIsInFlight() throws IOException {
        try (RawAgent agent = new RawAgent("", (connection, notify) -> RawAgent.ack(notify, NO_ACTIONS))) {
            assertThat(bench(agent.address(), "--json", "--payload", "any")).isZero();
        }
        assertThat(json("load", "in_flight")).isEqualTo(1.0);
        assertThat((Double) json("acks")).isPositive();
    }

    @Test
    void messagesThatFitNoFrameAreErrors() throws IOException {
        try (RawAgent agent = new RawAgent("pipelining", (connection, notify) -> RawAgent.ack(notify, NO_ACTIONS))) {
            assertThat(bench(agent.address(), "--json", "--payload", "any", "a=str:" + "x".repeat(20_000)))
                    .isEqualTo(1);
        }
        assertThat(json("acks")).isEqualTo(0.0);
        assertThat((Double) json("errors", "kinds", "too-big", "number")).isGreaterThanOrEqualTo(6);
    }

    @Test
    void showsProcessorTime() {
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            assertThat(bench(address(agent), "--pid", String.valueOf(ProcessHandle.current().pid()))).isZero();
        }
        assertThat(out.toString()).contains("us of processor time for each ACK");
    }

    @Test
    void liveLineIsWrittenEverySecondAndWipedAtTheEnd() {
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            assertThat(bench(address(agent), "--live", "-w", "1100ms")).isZero();
        }
        assertThat(err.toString()).containsPattern("\r\u001b\\[K +1 s warm-up +[0-9,]+ ACK/s  p99 -  in flight")
                .endsWith("\r\u001b[K");
        assertThat(out.toString()).startsWith("closed loop: 2 connections, 3 in flight on each, small, mux, 100 ms");
    }

    @Test
    void writesTheDistributionAsHdrHistogramDoes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("out.hgrm");
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            assertThat(bench(address(agent), "--json", "--hgrm", file.toString())).isZero();
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.getFirst()).matches(" *Value +Percentile +TotalCount +1/\\(1-Percentile\\)");
        List<String[]> rows = lines.stream().filter(line -> line.matches(" *[0-9.]+ +[01]\\.[0-9]+ +[0-9]+( .*)?"))
                .map(line -> line.trim().split(" +", -1)).toList();
        assertThat(rows).hasSizeGreaterThan(5);
        assertThat(Double.parseDouble(rows.getLast()[2])).isEqualTo(json("acks"));
        assertThat(Double.parseDouble(rows.getLast()[0])).isEqualTo((Double) json("latency_us", "max"));
    }

    @Test
    void twoAgentsTakeTurns() throws IOException {
        try (Agent a = fixture(FixtureAgent.Kind.INLINE); Agent b = fixture(FixtureAgent.Kind.BLOCKING)) {
            assertThat(bench(address(a), address(b), "--pairs", "2", "--json")).isZero();
            assertThat((List<?>) json("pairs")).hasSize(2);
            assertThat((List<?>) json("ratios", "rate", "pairs")).hasSize(2);
            assertThat(JsonText.at(out.toString(), "ratios", "rate", "median")).isInstanceOf(Double.class);
            out.getBuffer().setLength(0);
            String pid = String.valueOf(ProcessHandle.current().pid());
            assertThat(bench(address(a), "--vs", address(b), "--pairs", "1", "--pid", pid, "--vs-pid", pid)).isZero();
        }
        assertThat(out.toString()).containsPattern("\ncpu/ack ").contains("A is 127.0.0.1:");
    }

    @Test
    void oneBadAgentOfTwoIsAnError() throws IOException {
        try (Agent a = fixture(FixtureAgent.Kind.INLINE);
                RawAgent b = new RawAgent("pipelining", (connection, notify) -> RawAgent.ack(notify, NO_ACTIONS))) {
            assertThat(bench(address(a), b.address(), "--pairs", "1")).isEqualTo(1);
        }
        assertThat(out.toString()).contains("wrong-answer");
    }

    @Test
    void nobodyListening() throws IOException {
        // bound, so that nobody else gets the port, but it does not listen
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String address = "127.0.0.1:" + bound.getLocalPort();
            assertThat(bench(address)).as("%s", err).isEqualTo(3);
            assertThat(err.toString()).startsWith("spoa bench: cannot connect to " + address);
        }
    }

    @Test
    void fileThatCannotBeWritten(@TempDir Path folder) {
        try (Agent agent = fixture(FixtureAgent.Kind.INLINE)) {
            assertThat(bench(address(agent), "--hgrm", folder.resolve("none").resolve("x").toString())).isEqualTo(3);
        }
        assertThat(err.toString()).startsWith("spoa bench: ").contains("none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "nonsense | expected host:port",
        "127.0.0.1:1 -c 0 | connections: expected 1 to 10000, but 0 came",
        "127.0.0.1:1 --threads 3 | threads: expected 1 to 2, but 3 came",
        "127.0.0.1:1 -d soon | expected a duration like 500ms, 10s or 2m, but \"soon\" came",
        "127.0.0.1:1 --profile new | expected legacy or mux, but \"new\" came",
        "127.0.0.1:1 a=str:x | arguments need --payload MESSAGE, not --payload small",
        "127.0.0.1:1 --payload echo a=word:x | expected a type of null, bool",
        "127.0.0.1:1 127.0.0.1:2 --vs 127.0.0.1:3 | expected two addresses at most",
        "127.0.0.1:1 127.0.0.1:2 --pairs 0 | --pairs: expected 1 or more, but 0 came",
        "127.0.0.1:1 127.0.0.1:2 --hgrm x | --hgrm is for one address",
        "127.0.0.1:1 --vs-pid 1 | --vs-pid needs a second address",
        "127.0.0.1:1 --pid 999999999 | there is no process 999999999"})
    void wrongUsage(String arguments, String why) {
        assertThat(bench(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(why);
    }

    @Test
    void durationsHaveUnits() {
        DurationSyntax syntax = new DurationSyntax();
        assertThat(syntax.convert("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(syntax.convert("3s")).isEqualTo(Duration.ofSeconds(3));
        assertThat(syntax.convert("3")).isEqualTo(Duration.ofSeconds(3));
        assertThat(syntax.convert("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(syntax.convert("0.5")).isEqualTo(Duration.ofMillis(500));
    }
}
