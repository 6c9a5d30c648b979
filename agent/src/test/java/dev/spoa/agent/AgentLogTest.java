package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator reads. */
class AgentLogTest {
    private final Logged logged = new Logged(Agent.class);
    private final AtomicLong clock = new AtomicLong();
    private final AgentLog log = new AgentLog(clock::get);
    /** Its peer has no name, as that of a unix socket. */
    private final Connection connection = new Connection(new AgentContext(new AgentBuilder()), null);

    @AfterEach
    void close() {
        logged.close();
    }

    private Failure failure(FailureKind kind, Optional<String> message, Optional<Throwable> cause) {
        ReceivedNotify notify = new ReceivedNotify();
        notify.open(connection, -1, 3, 0, 0);
        return new Failure(kind, message, cause, notify);
    }

    @Test
    void saysWhichMessageOfWhichNotifyHasFailed() {
        log.failed(failure(FailureKind.HANDLER_ERROR, Optional.of("check"),
                Optional.of(new IllegalStateException("why"))));

        assertThat(logged.warnings())
                .containsExactly("message \"check\" from unix socket, stream 18446744073709551615, frame 3:"
                        + " handler-error, answered by the failure policy");
        assertThat(logged.events().getFirst().getThrowableProxy().getMessage())
                .isEqualTo("java.lang.IllegalStateException: why");
    }

    @Test
    void saysWhichNotifyHasFailedAsAWhole() {
        log.failed(failure(FailureKind.DEADLINE, Optional.empty(), Optional.empty()));

        assertThat(logged.warnings()).containsExactly(
                "a NOTIFY from unix socket, stream 18446744073709551615, frame 3: deadline, answered by the failure policy");
    }

    @Test
    void limitsEachKindOfFailureByItself() {
        for (int i = 0; i < 3; i++) {
            for (FailureKind kind : FailureKind.values()) {
                log.failed(failure(kind, Optional.of("check"), Optional.empty()));
            }
        }
        assertThat(logged.warnings()).hasSize(FailureKind.values().length).doesNotHaveDuplicates();

        clock.addAndGet(Duration.ofSeconds(10).toNanos());
        log.failed(failure(FailureKind.OVERLOAD, Optional.empty(), Optional.empty()));

        assertThat(logged.warnings()).last().asString()
                .endsWith(" (and 2 like it since the last of these lines)");
    }

    @Test
    void saysWhatEachOtherKindOfLineIsAbout() {
        Failure failure = failure(FailureKind.OVERLOAD, Optional.empty(), Optional.empty());

        log.policyFailed(failure, new IllegalStateException("why"));
        log.protocolError(connection, "NOTIFY, byte 5: nonsense");
        log.disconnected(connection, -1, "confused");
        log.refused(connection, "there are 5 connections already");
        log.timedOut(connection, "it took too long");
        log.internalError(connection, new IllegalStateException("bug"));

        assertThat(logged.warnings()).containsExactly(
                "the failure policy itself failed, for: a NOTIFY from unix socket, stream 18446744073709551615, frame 3: overload,"
                        + " answered by the failure policy",
                "unix socket: NOTIFY, byte 5: nonsense",
                "unix socket: HAProxy disconnects with status 18446744073709551615 \"confused\"",
                "unix socket: closed at once, because there are 5 connections already",
                "unix socket: closed, because it took too long",
                "unix socket: closed, because of an error in the agent itself");
        assertThat(logged.events().getFirst().getThrowableProxy().getMessage())
                .isEqualTo("java.lang.IllegalStateException: why");
        assertThat(logged.events().getLast().getThrowableProxy().getMessage())
                .isEqualTo("java.lang.IllegalStateException: bug");
    }

    @Test
    void isQuietAboutWhatIsNormal() {
        log.debug("{}: hello {}", InetSocketAddress.createUnresolved("peer", 5), 5);

        assertThat(logged.warnings()).isEmpty();
        assertThat(logged.lines()).containsExactly("peer/<unresolved>:5: hello 5");
    }
}
