package dev.spoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoa.protocol.StatusCode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class NotifyCommandTest {
    @AutoClose private final Fixture fixture = new Fixture();

    private Run run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "notify";
        all[1] = fixture.address();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Run.of(all);
    }

    @Test
    void printsTypedActions() {
        Run run = run("echo", "n=null", "b=bool:true", "i=int32:-1", "u=uint32:7", "l=int64:-9223372036854775808",
                "m=uint64:18446744073709551615", "four=ip:192.0.2.1", "six=ip:2001:db8::1", "s=str:a:b=c",
                "o=bin:00ff");
        assertThat(run.exitCode()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.subList(0, 10)).containsExactly(
                "set-var   txn  n = null",
                "set-var   txn  b = bool:true",
                "set-var   txn  i = int32:-1",
                "set-var   txn  u = uint32:7",
                "set-var   txn  l = int64:-9223372036854775808",
                "set-var   txn  m = uint64:18446744073709551615",
                "set-var   txn  four = ipv4:192.0.2.1",
                "set-var   txn  six = ipv6:2001:db8:0:0:0:0:0:1",
                "set-var   txn  s = str:a:b=c",
                "set-var   txn  o = bin:00ff");
        assertThat(lines.get(10)).matches("10 actions in [0-9.]+ ms");
    }

    @Test
    void printsWhatIsUnsetAndThatThereWasNothing() {
        assertThat(run("unset", "name=str:gone").out()).startsWith("unset-var txn  gone").contains("1 action in ");
        assertThat(run("echo").out()).startsWith("no action in ");
    }

    @Test
    void aProgramCanReadTheActions() {
        Run run = run("--json", "echo", "n=null", "b=bool:false", "i=int32:-1", "u=uint64:18446744073709551615",
                "ip=ip:192.0.2.1", "s=str:hé", "o=bin:00ff");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("\\{\"message\":\"echo\",\"actions\":\\[.*\\],\"elapsed_us\":[0-9]+\\}\\R")
                .contains(
                        "{\"action\":\"set-var\",\"scope\":\"txn\",\"name\":\"n\",\"type\":\"null\",\"value\":null}",
                        "\"type\":\"bool\",\"value\":false", "\"type\":\"int32\",\"value\":-1",
                        "\"type\":\"uint64\",\"value\":18446744073709551615",
                        "\"type\":\"ipv4\",\"value\":\"192.0.2.1\"",
                        "\"type\":\"str\",\"value\":\"hé\",\"hex\":\"68c3a9\"", "\"type\":\"bin\",\"value\":\"00ff\"");
        assertThat(run("--json", "unset", "name=str:a").out())
                .contains("{\"action\":\"unset-var\",\"scope\":\"txn\",\"name\":\"a\"}");
    }

    @Test
    void saysWhatHaproxyWouldLogWhenNoAckComes() {
        Run run = run("--timeout=0.1", "sleep", "ms=int64:5000");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_OK);
        assertThat(run.out()).contains("failed: no ACK within 100 ms for stream-id 1, frame-id 1",
                "HAProxy would log st=1");
        Run json = run("--timeout=0.1", "--json", "sleep", "ms=int64:5000");
        assertThat(json.exitCode()).isEqualTo(ExitCode.NOT_OK);
        assertThat(json.out()).contains("\"kind\":\"PROCESSING_TIMEOUT\",\"st\":1}");
    }

    @Test
    void fragmentsAsHaproxyUpTo30Does() {
        String large = "a=str:" + "x".repeat(300);
        assertThat(run("--max-frame-size=512", "--profile=legacy", "echo", large, "b=str:" + "y".repeat(300)).out())
                .contains("agent_error = str:reply-too-large");
        assertThat(run("--max-frame-size=512", "--profile=mux", "echo", large, "b=str:" + "y".repeat(300)).out())
                .contains("fit into a frame of 512", "HAProxy would log st=3");
    }

    @Test
    void refusesMalformedArguments() {
        Run run = run("echo", "a");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("argument \"a\": expected name=type:value");
    }

    @Test
    void aProgramCanReadThatTheAgentCannotBeReached() {
        fixture.close();
        Run run = run("--json", "echo");
        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.out()).startsWith("{\"message\":\"echo\",\"error\":\"cannot connect to " + fixture.address())
                .endsWith(",\"kind\":\"UNREACHABLE\",\"st\":257}" + System.lineSeparator());
        assertThat(run.err()).isEmpty();
        Run unknown = Run.of("notify", "--json", "host.invalid:80", "echo");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(unknown.out()).contains("the host cannot be resolved\",\"kind\":\"UNREACHABLE\"}");
    }

    @Test
    void anAgentThatRefusesHelloIsThereButNotAsItShouldBe() throws IOException {
        try (RawAgent agent = new RawAgent(RawAgent.disconnect(StatusCode.RESOURCE_ALLOCATION_ERROR),
                (connection, notify) -> null)) {
            Run run = Run.of("notify", agent.address(), "echo");
            assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_OK);
            assertThat(run.err()).startsWith("spoa notify: ");
            Run json = Run.of("notify", "--json", agent.address(), "echo");
            assertThat(json.exitCode()).isEqualTo(ExitCode.NOT_OK);
            assertThat(json.out()).startsWith("{\"message\":\"echo\",\"error\":").contains("\"kind\":\"REFUSED\"");
        }
    }

    @Test
    void showsNothingThatATerminalObeys() throws IOException {
        byte[] actions = FrameStreamTest.bytes("010302 021b78 08 0461ff1b0a" + "010302 0179 08 05c3a9c29b5c");
        try (RawAgent agent = new RawAgent("", (connection, notify) -> RawAgent.ack(notify, actions))) {
            assertThat(Run.of("notify", agent.address(), "any").out().lines().limit(2)).containsExactly(
                    "set-var   txn  \\x1bx = str:a\\xff\\x1b\\n", "set-var   txn  y = str:é\\u{9b}\\");
        }
    }

    @Test
    void saysThatTheAgentCannotBeReached() {
        fixture.close();
        Run run = run("echo");
        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).startsWith("spoa notify: cannot connect to " + fixture.address());
    }
}
