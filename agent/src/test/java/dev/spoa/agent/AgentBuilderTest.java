package dev.spoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before anything is opened. */
class AgentBuilderTest {
    private static final MessageHandler NOTHING = (message, reply) -> {
    };
    private static final AsyncMessageHandler NOTHING_YET = (message, reply) -> CompletableFuture.completedFuture(null);

    private final AgentBuilder builder = Agent.builder().listen("127.0.0.1:0");

    private void assertRefusedAtStart(String message) {
        assertThatIllegalStateException().isThrownBy(() -> builder.start().close()).withMessage(message);
    }

    @Test
    void refusesTwoHandlersOfOneName() {
        builder.on("m", NOTHING);

        for (Consumer<String> second : List.<Consumer<String>>of(name -> builder.on(name, NOTHING),
                name -> builder.onAsync(name, NOTHING_YET), name -> builder.onInline(name, NOTHING))) {
            assertThatIllegalArgumentException().isThrownBy(() -> second.accept("m"))
                    .withMessage("message \"m\" has a handler already");
        }
    }

    @Test
    void refusesAnEmptyName() {
        for (Runnable call : List.<Runnable>of(() -> builder.on("", NOTHING), () -> builder.onAsync("", NOTHING_YET),
                () -> builder.onInline("", NOTHING), () -> builder.deadline("", Duration.ofSeconds(1)),
                () -> builder.inFlight("", 1), () -> builder.onFailure("", FailurePolicy.silent()))) {
            assertThatIllegalArgumentException().isThrownBy(call::run)
                    .withMessage("a message's name must not be empty");
        }
    }

    @Test
    void needsAnAddress() {
        assertThatIllegalStateException().isThrownBy(() -> Agent.builder().on("m", NOTHING).start())
                .withMessage("an agent needs an address to listen on");
    }

    @Test
    void refusesSettingsWithoutHandler() {
        builder.onFailure("m", FailurePolicy.silent());

        assertRefusedAtStart("message \"m\" has settings, but no handler");
    }

    @Test
    void refusesADeadlineWithoutHandler() {
        builder.deadline("m", Duration.ofSeconds(1));

        assertRefusedAtStart("message \"m\" has settings, but no handler");
    }

    @Test
    void refusesADeadlineOfAnInlineHandler() {
        builder.deadline("m", Duration.ofSeconds(1)).onInline("m", NOTHING);

        assertRefusedAtStart(
                "message \"m\" has an inline handler, which can have neither a deadline nor a limit in flight");
    }

    @Test
    void refusesALimitInFlightOfAnInlineHandler() {
        builder.onInline("m", NOTHING).inFlight("m", 1);

        assertRefusedAtStart(
                "message \"m\" has an inline handler, which can have neither a deadline nor a limit in flight");
    }

    @Test
    void startsWithSettingsThatCameBeforeTheirHandlers() {
        builder.deadline("m", Duration.ofSeconds(1)).inFlight("m", 1).onFailure("m", FailurePolicy.silent())
                .on("m", NOTHING).onFailure("i", FailurePolicy.silent()).onInline("i", NOTHING)
                .deadline("a", Duration.ofSeconds(1)).onAsync("a", NOTHING_YET);

        try (Agent agent = builder.start()) {
            assertThat(agent.addresses()).hasSize(1);
        }
    }

    @Test
    void refusesDeadlinesOutOfRange() {
        builder.deadline("m", Duration.ofMillis(1)).deadline("m", Duration.ofDays(1));

        assertThatIllegalArgumentException().isThrownBy(() -> builder.deadline("m", Duration.ZERO))
                .withMessage("deadline must be from PT0.001S to PT24H, not PT0S");
    }

    @Test
    void refusesLimitsInFlightOutOfRange() {
        builder.inFlight("m", 1).inFlight("m", 16_777_216);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.inFlight("m", 0))
                .withMessage("inFlight of message \"m\" must be from 1 to 16777216, not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.inFlight("m", 16_777_217));
    }

    @Test
    void refusesNumbersOfEventLoopsOutOfRange() {
        builder.eventLoops(1).eventLoops(1_024);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.eventLoops(0))
                .withMessage("eventLoops must be from 1 to 1024, not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.eventLoops(1_025));
    }

    @Test
    void refusesGraceTimesOutOfRange() {
        builder.grace(Duration.ZERO).grace(Duration.ofHours(1));

        assertThatIllegalArgumentException().isThrownBy(() -> builder.grace(Duration.ofMillis(-1)))
                .withMessage("grace must be from PT0S to PT1H, not PT-0.001S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.grace(Duration.ofHours(1).plusNanos(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a-b", "a b", "\u00e9"})
    void refusesAPrefixThatHaproxyWouldNotTake(String prefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.variablePrefix(prefix));
    }

    @Test
    void takesThePrefixIntoAccount() {
        assertThat(builder.variablePrefix("iprep")).isSameAs(builder);

        assertThat(builder.prefixLength).isEqualTo(5);
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.listen("localhost"))
                .withMessageContaining("there is no port");
    }

    @Test
    void refusesAnInheritedSocketThatIsAddedAlready() {
        builder.listen("fd@3").listen("fd@4");

        Listener.inherited(Map.of("LISTEN_PID", "1", "LISTEN_FDS", "2"), 1).forEach(
                listener -> assertThatIllegalArgumentException().isThrownBy(() -> builder.listen(listener))
                        .withMessage("the inherited socket " + listener + " is added already"));
        assertThat(builder.listen("127.0.0.1:0").listeners).hasSize(4);
    }

    @Test
    void returnsItselfFromEveryCall() {
        for (AgentBuilder returned : List.of(builder.onFailure(FailurePolicy.silent()),
                builder.limits(Limits.defaults()), builder.transport(Transport.NIO), builder.shutdownHook(false),
                builder.replaceEmptyAcks(true), builder.variablePrefix("p"), builder.eventLoops(1),
                builder.grace(Duration.ZERO), builder.listen("*:0"), builder.on("m", NOTHING),
                builder.onAsync("a", NOTHING_YET), builder.onInline("i", NOTHING), builder.inFlight("m", 1),
                builder.deadline("m", Duration.ofSeconds(1)), builder.onFailure("m", FailurePolicy.silent()))) {
            assertThat(returned).isSameAs(builder);
        }
    }
}
