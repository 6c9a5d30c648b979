package dev.spoa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.engine.Ack;
import dev.spoa.engine.Message;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadTest {
    private static Ack ack(Scope scope, String name, Value value) {
        return new Ack(1, 1, List.of(new Action.SetVar(scope, name, value)));
    }

    private static Ack score(Value value) {
        return ack(Scope.SESSION, "ip_score", value);
    }

    private static Ack failure(String kind) {
        return ack(Scope.TRANSACTION, "agent_error", Value.of(kind));
    }

    @Test
    void smallKnowsTheScoreOfEachAddress() {
        Payload small = Payload.small();
        assertThat(small.size()).isEqualTo(256);
        for (int last = 0; last < small.size(); last++) {
            Request request = small.get(last);
            assertThat(request.messages()).containsExactly(Message.of("get-ip-reputation",
                    new Argument("ip", new Value.Ipv4(0xC0000200 | last))));
            assertThat(request.errorOf(score(Value.of(last % 101)))).isNull();
            assertThat(request.errorOf(score(Value.of((last + 1) % 101)))).isEqualTo("wrong-answer");
        }
    }

    @Test
    void httpIsAboutSixHundredBytesInSixArguments() {
        Request request = Payload.http().get(3);
        List<Argument> arguments = request.messages().getFirst().arguments();
        assertThat(arguments).extracting(Argument::name).containsExactly("unique-id", "method", "path", "ver",
                "headers", "ip");
        int text = arguments.stream().map(Argument::value).filter(Value.Str.class::isInstance)
                .mapToInt(value -> ((Value.Str) value).bytes().length).sum();
        assertThat(text).isBetween(500, 600);
        assertThat(((Value.Str) arguments.get(4).value()).text()).startsWith("host: shop.example.org\r\nuser-agent: ")
                .endsWith("x-forwarded-for: 192.0.2.77\r\n\r\n");
        assertThat(request.errorOf(score(Value.of(3)))).isNull();
        assertThat(request.errorOf(score(Value.of(4)))).isEqualTo("wrong-answer");
    }

    @Test
    void scoreMayBeAnyIntegerButNothingElse() {
        Request request = Payload.small().get(5);
        assertThat(request.errorOf(score(new Value.Uint32(5)))).isNull();
        assertThat(request.errorOf(score(new Value.Int64(5)))).isNull();
        assertThat(request.errorOf(score(new Value.Uint64(5)))).isNull();
        assertThat(request.errorOf(score(Value.of("5")))).isEqualTo("wrong-answer");
        assertThat(request.errorOf(ack(Scope.TRANSACTION, "ip_score", Value.of(5)))).isEqualTo("wrong-answer");
        assertThat(request.errorOf(new Ack(1, 1, List.of()))).isEqualTo("wrong-answer");
    }

    @Test
    void namesWhatTheFailurePolicySaid() {
        assertThat(Payload.small().get(5).errorOf(failure("overload"))).isEqualTo("agent-error:overload");
        assertThat(Payload.of("fail", List.of()).get(0).errorOf(failure("handler-error")))
                .isEqualTo("agent-error:handler-error");
        assertThat(Payload.of("fail", List.of()).get(0)
                .errorOf(ack(Scope.TRANSACTION, "agent_error", Value.of(7)))).startsWith("agent-error:Int32");
    }

    @Test
    void givenReputationIsCheckedToo() {
        Value mapped = new Value.Ipv6(0x20010DB8_00000000L, 0xFFL);
        Request request = Payload.of("get-ip-reputation", List.of(new Argument("ip", mapped))).get(0);
        assertThat(request.errorOf(score(Value.of(255 % 101)))).isNull();
        assertThat(request.errorOf(score(Value.of(0)))).isEqualTo("wrong-answer");
        Request four = Payload.of("get-ip-reputation", List.of(new Argument("ip", new Value.Ipv4(7)))).get(0);
        assertThat(four.errorOf(score(Value.of(7)))).isNull();
    }

    @Test
    void reputationWithoutAnAddressMayBeAnsweredWithAnything() {
        Request none = Payload.of("get-ip-reputation", List.of()).get(0);
        assertThat(none.errorOf(new Ack(1, 1, List.of()))).isNull();
        assertThat(none.errorOf(failure("bad-argument"))).isEqualTo("agent-error:bad-argument");
        Request text = Payload.of("get-ip-reputation", List.of(new Argument("ip", Value.of("x")))).get(0);
        assertThat(text.errorOf(failure("bad-argument"))).isEqualTo("agent-error:bad-argument");
    }

    @Test
    void echoIsAllNamedArgumentsInTheirOrder() {
        Argument a = new Argument("a", Value.of("x"));
        Argument b = new Argument("b", Value.NULL);
        Request request = Payload.of("echo", List.of(a, new Argument("", Value.TRUE), b)).get(0);
        Action setA = new Action.SetVar(Scope.TRANSACTION, "a", Value.of("x"));
        Action setB = new Action.SetVar(Scope.TRANSACTION, "b", Value.NULL);
        assertThat(request.errorOf(new Ack(1, 1, List.of(setA, setB)))).isNull();
        assertThat(request.errorOf(new Ack(1, 1, List.of(setB, setA)))).isEqualTo("wrong-answer");
        assertThat(request.errorOf(new Ack(1, 1, List.of(setA)))).isEqualTo("wrong-answer");
    }

    @Test
    void echoOfAnArgumentCalledAgentErrorIsRight() {
        Request request = Payload.of("echo", List.of(new Argument("agent_error", Value.of("x")))).get(0);
        assertThat(request.errorOf(failure("x"))).isNull();
        assertThat(request.errorOf(failure("y"))).isEqualTo("agent-error:y");
    }
}
