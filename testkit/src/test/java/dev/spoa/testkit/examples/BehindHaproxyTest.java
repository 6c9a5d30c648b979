package dev.spoa.testkit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spoa.agent.Agent;
import dev.spoa.protocol.Scope;
import dev.spoa.testkit.AgentExtension;
import dev.spoa.testkit.HaproxyExtension;
import dev.spoa.testkit.HaproxyProcess;
import dev.spoa.testkit.HaproxyVersion;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user's tests with a real HAProxy may look like. The documentation shows parts of this. */
// @start region="extension"
@ParameterizedClass(name = "{0}")
@MethodSource("dev.spoa.testkit.HaproxyVersion#all")
class BehindHaproxyTest {
    @Order(1)
    @RegisterExtension static final AgentExtension agent = AgentExtension.of(() -> Agent.builder()
            .on("judge",
                    (message, reply) -> reply.set(Scope.TRANSACTION, "bad", message.string("path").contains(".."))));

    @Order(2)
    @RegisterExtension final HaproxyExtension haproxy;

    BehindHaproxyTest(HaproxyVersion version) {
        haproxy = HaproxyExtension.of(() -> HaproxyProcess.of(version).agent(agent.agent())
                .resource(BehindHaproxyTest.class, "haproxy.cfg").resource(BehindHaproxyTest.class, "spoe.cfg"));
    }

    @Test
    void deniesBadPaths() throws Exception {
        assertThat(get("/index.html").statusCode()).isEqualTo(200);
        assertThat(get("/a?file=../../secret").statusCode()).isEqualTo(403);
    }
    // @end

    @Test
    void failsClosedWithoutTheAgent() throws Exception {
        try (Agent silent = Agent.builder().listen("127.0.0.1:0").shutdownHook(false).start()) {
            // @start region="process"
            try (HaproxyProcess other = HaproxyProcess.of(haproxy.haproxy().version())
                    .resource(BehindHaproxyTest.class, "haproxy.cfg").resource(BehindHaproxyTest.class, "spoe.cfg")
                    .agent(silent)
                    .start()) {
                assertThat(get(other, "/index.html").statusCode()).isEqualTo(503);
                await().until(() -> other.log().contains("GET /index.html"));
                assertThat(other.statistics("site", "BACKEND").get("hrsp_5xx")).isEqualTo("1");
            }
            // @end
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(haproxy.haproxy(), path);
    }

    private static HttpResponse<String> get(HaproxyProcess haproxy, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(haproxy.uri(path)).build(), BodyHandlers.ofString());
        }
    }
}
