package dev.spoa.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** The process and its surroundings, with something in HAProxy's place. With the real one: integration-tests. */
class HaproxyProcessTest {
    /** Long enough for the worker to start. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    @TempDir Path dir;

    private HaproxyBuilder working() throws IOException {
        return HaproxyProcess.of(FakeHaproxy.working(dir)).configuration("global\n");
    }

    @Test
    void givesTheProcessItsFilesAndVariables() throws IOException {
        Path shipped = Files.writeString(dir.resolve("shipped.lst"), "shipped");
        try (HaproxyProcess haproxy = working().file("spoe.cfg", "[x]").file(shipped)
                .resource(HaproxyProcessTest.class, "beside.txt")
                .variable("TOLD", "a value").start()) {
            Path folder = haproxy.directory();

            assertThat(folder.resolve("haproxy.cfg")).hasContent("global\n");
            assertThat(folder.resolve("spoe.cfg")).hasContent("[x]");
            assertThat(folder.resolve("shipped.lst")).hasContent("shipped");
            assertThat(folder.resolve("beside.txt")).hasContent("a resource of the tests");
            assertThat(haproxy.log()).startsWith("started with -W -db -f " + folder + "/spoa-testkit.cfg -f " + folder
                    + "/haproxy.cfg and TOLD=a value");
            assertThat(folder.resolve("spoa-testkit.cfg")).content().contains("stats socket", "log stdout");
        }
    }

    @Test
    void knowsItsPorts() throws IOException {
        try (HaproxyProcess haproxy = working().port("PORT6", "::1").start()) {
            int port = haproxy.port("PORT");
            int port6 = haproxy.port("PORT6");

            assertThat(haproxy.uri("/a?b=c")).isEqualTo(URI.create("http://127.0.0.1:" + port + "/a?b=c"));
            assertThat(haproxy.uri("PORT6", "/")).isEqualTo(URI.create("http://[::1]:" + port6 + "/"));
            assertThatThrownBy(() -> haproxy.port("PORT7")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("expected one of the ports", "PORT6", "but \"PORT7\" came");
        }
    }

    @Test
    void asksTheAdminSocket() throws IOException {
        try (HaproxyProcess haproxy = working().start()) {
            assertThat(haproxy.admin("help")).isEqualTo("Unknown command: 'help'");
            assertThat(haproxy.statistics("agent", "agent")).containsEntry("scur", "2").containsEntry("status", "UP");
            assertThatThrownBy(() -> haproxy.statistics("agent", "b1")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a line \"agent,b1,\" in what show stat tells,"
                            + " but it has [web,FRONTEND, agent,agent]");
        }
    }

    @Test
    void reloadReplacesTheWorker() throws IOException {
        try (HaproxyProcess haproxy = working().start()) {
            OptionalLong before = haproxy.workerPid();
            haproxy.reload();

            assertThat(before).isPresent();
            assertThat(haproxy.workerPid()).isPresent().isNotEqualTo(before);
        }
    }

    @Test
    void reloadThatDoesNotHappenIsAnError() throws IOException {
        HaproxyVersion deaf = FakeHaproxy.of(dir, FakeHaproxy.masterDeafToReloads());
        try (HaproxyProcess haproxy = HaproxyProcess.of(deaf).configuration("").patience(PATIENCE).start()) {
            assertThatThrownBy(haproxy::reload).isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("HAProxy 3.2 has no new worker 6000 ms after the reload. It has said:");
        }
    }

    @Test
    void doesNotWaitOnceInterrupted() throws IOException {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.of(dir, "exec sleep 600")).configuration("");
        Thread.currentThread().interrupt();

        assertThatThrownBy(haproxy::start).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("HAProxy 3.2 does not serve and the test was interrupted.");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void nothingIsLeftButTheLog() throws IOException {
        HaproxyProcess haproxy = working().start();
        long worker = haproxy.workerPid().orElseThrow();
        haproxy.close();
        haproxy.close();

        assertThat(haproxy.directory()).doesNotExist();
        assertThat(haproxy.log()).startsWith("started with ");
        assertThat(haproxy.workerPid()).isEmpty();
        assertThat(ProcessHandle.of(worker).filter(ProcessHandle::isAlive)).isEmpty();
        assertThatThrownBy(() -> haproxy.admin("show info")).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("HAProxy 3.2 does not answer \"show info\" on its admin socket,"
                        + " it has ended with exit status 143. It has said:\nstarted with ");
    }

    @Test
    void tellsWhatHaproxySaidWhenItDoesNotStart() throws IOException {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.of(dir, "echo '[ALERT] unknown keyword'; exit 1"))
                .configuration("nonsense");

        assertThatThrownBy(haproxy::start).isInstanceOf(IllegalStateException.class)
                .hasMessage("HAProxy 3.2 did not start, its exit status is 1. It has said:\n[ALERT] unknown keyword");
    }

    @Test
    void ofAllThatHaproxySaidAnErrorHasTheLastLines() throws IOException {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.of(dir, "seq 1001 1060; exit 1")).configuration("");

        assertThatThrownBy(haproxy::start).hasMessageContaining("It has said:\n1011\n").hasMessageEndingWith("\n1060");
    }

    @Test
    void takesOtherPortsWhenSomebodyWasFaster() throws IOException {
        Path ports = dir.resolve("ports");
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.of(dir,
                "echo \"$PORT\" >> " + ports + "; echo 'cannot bind socket'; exit 1")).configuration("");

        assertThatThrownBy(haproxy::start).hasMessageContaining("cannot bind socket");
        assertThat(Files.readAllLines(ports)).hasSize(5);
    }

    @Test
    void doesNotWaitForEver() throws IOException {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.of(dir, "echo waiting; exec sleep 600"))
                .configuration("").patience(Duration.ofMillis(300));

        assertThatThrownBy(haproxy::start).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("HAProxy 3.2 does not serve 300 ms after its start. It has said:");
    }

    @Test
    void needsAConfiguration() throws IOException {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.working(dir)).file("spoe.cfg", "");

        assertThatThrownBy(haproxy::start).isInstanceOf(IllegalStateException.class)
                .hasMessage("HAProxy needs a file haproxy.cfg, but it was given [spoe.cfg]");
    }

    @Test
    void withoutABinaryTheTestIsSkipped() {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.missing()).configuration("");

        assertThatThrownBy(haproxy::start).isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("HAProxy 3.2 cannot be had: it is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "/etc/passwd", "spoa-testkit.cfg"})
    void filesStayInTheFolder(String name) {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.missing());

        assertThatThrownBy(() -> haproxy.file(name, "")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected the name of a file in HAProxy's folder other than spoa-testkit.cfg, but \"" + name
                        + "\" came");
    }

    @Test
    void filesMustBeThere() {
        HaproxyBuilder haproxy = HaproxyProcess.of(FakeHaproxy.missing());

        assertThatThrownBy(() -> haproxy.resource(HaproxyProcessTest.class, "missing.cfg"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no resource missing.cfg beside " + HaproxyProcessTest.class.getName());
        assertThatThrownBy(() -> haproxy.file(dir.resolve("missing.cfg"))).isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + dir.resolve("missing.cfg") + " for HAProxy");
    }

    @Test
    void tellsTheAgentsAddress() throws IOException {
        InetSocketAddress agent = new InetSocketAddress(InetAddress.getLoopbackAddress(), 12345);
        HaproxyVersion telling = FakeHaproxy.of(dir, "echo \"agent at $AGENT\"; exit 1");

        assertThatThrownBy(() -> HaproxyProcess.of(telling).configuration("").agent(agent).start())
                .hasMessageEndingWith("agent at 127.0.0.1:12345");
    }
}
