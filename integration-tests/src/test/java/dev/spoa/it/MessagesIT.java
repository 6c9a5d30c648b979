package dev.spoa.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.agent.Agent;
import dev.spoa.agent.AgentStatistics;
import dev.spoa.agent.FailureKind;
import dev.spoa.fixture.FixtureAgent;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import dev.spoa.testkit.HaproxyLog;
import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What HAProxy asks arrives at the handlers, and what they set is in HAProxy's variables. */
@ExtendWith(HaproxyLog.class)
@ParameterizedClass(name = "{0}, {1} handlers")
@MethodSource("versionsAndKinds")
class MessagesIT {
    /** A tenth of the time that HAProxy waits for an ACK, so an answer within it was not waited for. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private static Agent agent;
    private static Haproxy haproxy;

    private final HaproxyVersion version;
    private Client client;

    MessagesIT(HaproxyVersion version, FixtureAgent.Kind kind) {
        this.version = version;
    }

    static Stream<Arguments> versionsAndKinds() {
        return Versions.all().stream()
                .flatMap(version -> Stream.of(FixtureAgent.Kind.values()).map(kind -> Arguments.of(version, kind)));
    }

    @BeforeParameterizedClassInvocation
    static void start(HaproxyVersion version, FixtureAgent.Kind kind) throws IOException {
        if (version.binary().isPresent()) {
            InetAddress mapped = new Value.Ipv6(0, 0xffff_c000_0201L).address();
            InetAddress four = InetAddress.getByAddress(new byte[] {(byte) 198, 51, 100, (byte) 200});
            agent = FixtureAgent.configure(Agent.builder(), kind)
                    .on("overloads", (message, reply) -> reply.set(Scope.TRANSACTION, "bool", true)
                            .set(Scope.TRANSACTION, "int32", -7).set(Scope.TRANSACTION, "int64", Long.MIN_VALUE)
                            .set(Scope.TRANSACTION, "string", "Grüße ☃")
                            .set(Scope.TRANSACTION, "bytes", new byte[] {0, (byte) 0xff, 0})
                            .set(Scope.TRANSACTION, "address4", four).set(Scope.TRANSACTION, "address6", mapped)
                            .set(Scope.TRANSACTION, "uint32", new Value.Uint32(4_294_967_295L))
                            .set(Scope.TRANSACTION, "uint64", new Value.Uint64(Long.MAX_VALUE)))
                    .listen("127.0.0.1:0").shutdownHook(false).start();
            haproxy = Haproxy.of(version).start(agent.addresses().getFirst());
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (haproxy != null) {
            haproxy.close();
            haproxy = null;
        }
        if (agent != null) {
            agent.close();
            agent = null;
        }
    }

    @BeforeEach
    void connect() {
        version.assumeBinary();
        client = new Client();
    }

    @AfterEach
    void disconnect() {
        if (client != null) {
            client.close();
            assertThat(haproxy.log()).as("what HAProxy logs of its events").doesNotContainPattern("SPOE: .* st=[1-9]");
        }
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.77, 77", "203.0.113.0, 0", "192.0.2.255, 53"})
    void scoresIpv4Client(String address, String score) throws Exception {
        Answer answer = get("/score", "x-client", address);

        assertThat(answer.variable("source")).hasValue(address);
        assertThat(answer.variable("score")).hasValue(score);
    }

    @ParameterizedTest
    @CsvSource({"2001:db8::4d, 77", "2001:db8::, 0", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 53"})
    void scoresIpv6Client(String address, String score) throws Exception {
        Answer answer = get("/score", "x-client", address);

        assertThat(answer.variable("source")).hasValue(address);
        assertThat(answer.variable("score")).hasValue(score);
    }

    @Test
    void scoresClientThatComesOverIpv6() throws Exception {
        Answer answer = client.get(haproxy.uriOverIpv6("/score"));

        assertThat(answer.variable("source")).hasValue("::1");
        assertThat(answer.variable("score")).hasValue("1");
    }

    @Test
    void echoesEverySampleTypeAsThatType() throws Exception {
        Answer answer = get("/echo?text=plain");

        assertThat(answer.variable("spoe_error")).isEmpty();
        assertThat(answer.variable("agent_error")).isEmpty();
        assertThat(ofProcess("is_true")).isEqualTo("type=bool value=<1>");
        assertThat(ofProcess("is_false")).isEqualTo("type=bool value=<0>");
        assertThat(ofProcess("minus_one")).isEqualTo("type=sint value=<-1>");
        assertThat(ofProcess("smallest")).isEqualTo("type=sint value=<" + Long.MIN_VALUE + ">");
        assertThat(ofProcess("largest")).isEqualTo("type=sint value=<" + Long.MAX_VALUE + ">");
        assertThat(ofProcess("four")).isEqualTo("type=ipv4 value=<192.0.2.255>");
        assertThat(ofProcess("six")).isEqualTo("type=ipv6 value=<2001:db8::ff>");
        assertThat(ofProcess("mapped")).isEqualTo("type=ipv6 value=<::ffff:192.0.2.1>");
        assertThat(ofProcess("text")).isEqualTo("type=str value=<plain>");
        assertThat(ofProcess("method")).isEqualTo("type=str value=<GET>");
        assertThat(ofProcess("octets")).startsWith("type=bin ");
        assertThat(answer.octets("octets")).hasValue(new byte[] {0, (byte) 0xff, (byte) 0x80, 0});
    }

    @ParameterizedTest
    @CsvSource({"DELETE", "PROPFIND", "x-unheard-of"})
    void echoesTheNameOfTheMethod(String method) throws Exception {
        client.send(method, haproxy.uri("/echo"));

        assertThat(ofProcess("method")).isEqualTo("type=str value=<" + method + ">");
    }

    @Test
    void echoesUtf8() throws Exception {
        Answer answer = get("/echo?text=Gr%C3%BC%C3%9Fe%20%E2%98%83%20%F0%9F%98%80");

        assertThat(answer.octets("text")).hasValue("Grüße ☃ 😀".getBytes(UTF_8));
    }

    @Test
    void echoesTextThatIsNotUtf8() throws Exception {
        Answer answer = get("/echo?text=%FF%FE%C3.%01");

        assertThat(answer.octets("text")).hasValue(new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc3, '.', 1});
    }

    @Test
    void missingHeaderRemovesTheVariableThatItIsEchoedTo() throws Exception {
        assertThat(get("/score").variable("missing")).hasValue("left");
        assertThat(get("/echo").variable("missing")).isEmpty();
        assertThat(get("/echo", "x-missing", "not at all").variable("missing")).hasValue("not at all");
    }

    @Test
    void repliesWithEveryOverload() throws Exception {
        Answer answer = get("/overloads");

        assertThat(answer.variable("bool")).hasValue("1");
        assertThat(answer.variable("int32")).hasValue("-7");
        assertThat(answer.variable("int64")).hasValue(Long.toString(Long.MIN_VALUE));
        assertThat(answer.octets("string")).hasValue("Grüße ☃".getBytes(UTF_8));
        assertThat(answer.octets("bytes")).hasValue(new byte[] {0, (byte) 0xff, 0});
        assertThat(answer.variable("address4")).hasValue("198.51.100.200");
        assertThat(answer.variable("address6")).hasValue("::ffff:192.0.2.1");
        assertThat(answer.variable("uint32")).hasValue("4294967295");
        assertThat(answer.variable("uint64")).hasValue(Long.toString(Long.MAX_VALUE));
    }

    @Test
    void everyScopeOfARequestLivesAsLongAsItShould() throws Exception {
        Answer judged = get("/scopes");
        Answer next = get("/session");

        assertThat(judged.variable("v_proc")).hasValue("0");
        assertThat(judged.variable("v_sess")).hasValue("1");
        assertThat(judged.variable("v_txn")).hasValue("2");
        assertThat(judged.variable("v_req")).hasValue("3");
        assertThat(judged.text("v_res")).as("v_res, whose scope has not begun").isEmpty();
        assertThat(next.variable("source_port")).as("its connection").isEqualTo(judged.variable("source_port"));
        assertThat(next.variable("v_proc")).hasValue("0");
        assertThat(next.variable("v_sess")).hasValue("1");
        assertThat(next.variable("v_txn")).isEmpty();
        assertThat(next.variable("v_req")).isEmpty();
        try (Client other = new Client()) {
            Answer elsewhere = other.get(haproxy.uri("/session"));
            assertThat(elsewhere.variable("v_proc")).hasValue("0");
            assertThat(elsewhere.variable("v_sess")).isEmpty();
        }
    }

    @Test
    void everyScopeOfAResponseIsSetByOnHttpResponse() throws Exception {
        Answer answer = get("/response");

        assertThat(answer.status()).isEqualTo(203);
        assertThat(answer.header("x-echoed-status")).hasValue("203");
        assertThat(answer.header("x-process")).hasValue("0");
        assertThat(answer.header("x-session")).hasValue("1");
        assertThat(answer.header("x-transaction")).hasValue("2");
        assertThat(answer.header("x-request")).isEmpty();
        assertThat(answer.header("x-response")).hasValue("4");
    }

    @Test
    void groupUnsetsVariable() throws Exception {
        Answer kept = get("/echo");
        Answer unset = get("/group");

        assertThat(kept.variable("doomed")).hasValue("echoed");
        assertThat(unset.variable("doomed_before")).hasValue("echoed");
        assertThat(unset.variable("doomed")).isEmpty();
    }

    @Test
    void failingMessagesOfAnEventLeaveTheOthersAlone() throws Exception {
        AgentStatistics before = agent.statistics();
        Answer answer = get("/several?text=several", "x-client", "203.0.113.77");

        assertThat(answer.variable("score")).hasValue("77");
        assertThat(answer.octets("text")).hasValue("several".getBytes(UTF_8));
        assertThat(answer.variable("agent_error").orElse("")).isIn("handler-error", "unknown-message");
        AgentStatistics after = agent.statistics();
        assertThat(after.notifications() - before.notifications()).isEqualTo(1);
        assertThat(more(FailureKind.HANDLER_ERROR, before, after)).isEqualTo(1);
        assertThat(more(FailureKind.UNKNOWN_MESSAGE, before, after)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"/fail, handler-error", "/never-heard-of, unknown-message", "/sleep, bad-argument",
        "/big?n=-1, handler-error", "/big?n=16380, reply-too-large", "/big?n=9999999999, reply-too-large"})
    void failureIsAnsweredAtOnce(String path, String error) throws Exception {
        Answer answer = get(path);

        assertThat(answer.variable("agent_error")).hasValue(error);
        assertThat(answer.variable("spoe_error")).isEmpty();
        assertThat(Duration.ofMillis(Long.parseLong(answer.text("process_time")))).isLessThan(AT_ONCE);
    }

    /**
     * Of a frame of 16380 bytes 18 are around the text. From 3.1 on HAProxy never looks into its buffer again once
     * that is full to the last byte, as it is with the largest ACK and its four bytes of length.
     */
    @Test
    void replyMayFillTheFrame() throws Exception {
        int length = version.hasOldEngine() ? 16_362 : 16_361;

        assertThat(get("/big?n=" + length).text("big_length")).isEqualTo(Integer.toString(length));
    }

    @Test
    void thirtyClientsAtOnceEachGetTheirOwnAnswer() {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            answers.add(client.getAsync(haproxy.uri("/sleep?ms=" + (100 + i))));
        }

        for (int i = 0; i < 30; i++) {
            Answer answer = answers.get(i).join();
            assertThat(answer.variable("slept")).hasValue(Integer.toString(100 + i));
            assertThat(answer.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(100 + i));
        }
    }

    private Answer get(String pathAndQuery, String... headers) throws IOException, InterruptedException {
        return client.get(haproxy.uri(pathAndQuery), headers);
    }

    private static String ofProcess(String name) throws IOException {
        String answer = haproxy.admin("get var proc." + name);
        assertThat(answer).startsWith("proc." + name + ": ");
        return answer.substring(answer.indexOf(' ') + 1);
    }

    private static long more(FailureKind kind, AgentStatistics before, AgentStatistics after) {
        Map<FailureKind, Long> earlier = before.failures();
        return after.failures().get(kind) - earlier.get(kind);
    }
}
