package dev.spoa.testkit;

import static dev.spoa.protocol.Scope.PROCESS;
import static dev.spoa.protocol.Scope.RESPONSE;
import static dev.spoa.protocol.Scope.SESSION;
import static dev.spoa.protocol.Scope.TRANSACTION;
import static dev.spoa.testkit.SpoaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoa.agent.FailureKind;
import dev.spoa.engine.Ack;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Action.SetVar;
import dev.spoa.protocol.Action.UnsetVar;
import dev.spoa.protocol.Value;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AckAssertTest {
    private static final InetAddress FOUR = new Value.Ipv4(0xc000_0201).address();
    private static final InetAddress MAPPED = new Value.Ipv6(0, 0xffff_c000_0201L).address();

    private static Ack ack(Action... actions) {
        return new Ack(1, 1, List.of(actions));
    }

    private static Ack setting(Value value) {
        return ack(new SetVar(SESSION, "x", value));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable assertion) {
        return assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
    }

    @Test
    void everyOverloadPassesForItsValue() {
        assertThat(setting(Value.TRUE)).sets(SESSION, "x", true);
        assertThat(setting(Value.of("Grüße"))).sets(SESSION, "x", "Grüße");
        assertThat(setting(Value.of(new byte[] {0, -1}))).sets(SESSION, "x", new byte[] {0, -1});
        assertThat(setting(Value.of(FOUR))).sets(SESSION, "x", FOUR);
        assertThat(setting(Value.of(MAPPED))).sets(SESSION, "x", MAPPED);
        assertThat(setting(new Value.Uint64(-1))).sets(SESSION, "x", new Value.Uint64(-1));
    }

    @ParameterizedTest
    @MethodSource
    void integersAreTheSameInEveryType(Value value) {
        assertThat(setting(value)).sets(SESSION, "x", -7).sets(SESSION, "x", -7L);
        assertFails(() -> assertThat(setting(value)).sets(SESSION, "x", 7));
    }

    static Stream<Value> integersAreTheSameInEveryType() {
        return Stream.of(new Value.Int32(-7), new Value.Uint32(-7), new Value.Int64(-7), new Value.Uint64(-7));
    }

    @Test
    void typeOfAValueCounts() {
        assertThat(setting(Value.of(42))).sets(SESSION, "x", Value.of(42));
        assertFails(() -> assertThat(setting(Value.of(42))).sets(SESSION, "x", Value.of(42L))).hasMessage(
                "expected the ACK to set sess.x to INT64 42, but it sets it to INT32 42. Its actions:\n"
                        + "  SET-VAR sess.x = INT32 42");
    }

    @ParameterizedTest
    @MethodSource
    void noOverloadPassesForAnotherValue(Value value, String shown) {
        Ack ack = setting(value);
        Stream.<ThrowingCallable>of(() -> assertThat(ack).sets(SESSION, "x", false),
                () -> assertThat(ack).sets(SESSION, "x", 1), () -> assertThat(ack).sets(SESSION, "x", 1L),
                () -> assertThat(ack).sets(SESSION, "x", "1"),
                () -> assertThat(ack).sets(SESSION, "x", new byte[] {'1'}),
                () -> assertThat(ack).sets(SESSION, "x", InetAddress.getLoopbackAddress()),
                () -> assertThat(ack).sets(SESSION, "x", new Value.Uint32(1)))
                .forEach(assertion -> assertFails(assertion)
                        .hasMessageContaining("but it sets it to " + shown + ". Its actions:\n")
                        .hasMessageEndingWith("\n  SET-VAR sess.x = " + shown));
    }

    static Stream<Arguments> noOverloadPassesForAnotherValue() {
        return Stream.of(Arguments.of(Value.TRUE, "BOOL true"), Arguments.of(Value.of(2), "INT32 2"),
                Arguments.of(new Value.Uint32(4_294_967_295L), "UINT32 4294967295"),
                Arguments.of(Value.of(Long.MIN_VALUE), "INT64 " + Long.MIN_VALUE),
                Arguments.of(new Value.Uint64(-1), "UINT64 18446744073709551615"),
                Arguments.of(Value.of(FOUR), "IPV4 192.0.2.1"),
                Arguments.of(Value.of(MAPPED), "IPV6 0:0:0:0:0:ffff:c000:201"),
                Arguments.of(Value.of("a\tb%s"), "STRING \"a\\x09b%s\""),
                Arguments.of(new Value.Str(new byte[] {'a', -1}), "STRING 0x61ff, which is not UTF-8"),
                Arguments.of(Value.of("x".repeat(200)), "STRING \"" + "x".repeat(120) + "\"... of 200 bytes"),
                Arguments.of(Value.of(new byte[] {0, -1}), "BINARY 0x00ff"),
                Arguments.of(Value.of(new byte[121]), "BINARY 0x" + "00".repeat(120) + "... of 121 bytes"));
    }

    @Test
    void messageListsAllActions() {
        Ack ack = ack(new SetVar(PROCESS, "a", Value.of(1)), new UnsetVar(TRANSACTION, "b"),
                new SetVar(RESPONSE, "c", Value.NULL));

        assertFails(() -> assertThat(ack).as("the reply").sets(SESSION, "a", 1)).hasMessage(
                "[the reply] expected the ACK to set sess.a to the integer 1, but it has no action on it. Its actions:\n"
                        + "  SET-VAR proc.a = INT32 1\n  UNSET-VAR txn.b\n  SET-VAR res.c = NULL");
        assertFails(() -> assertThat(ack()).sets(SESSION, "a", 1)).hasMessage(
                "expected the ACK to set sess.a to the integer 1, but it has no action on it. It has no actions.");
    }

    @Test
    void lastActionOnAVariableCounts() {
        Ack twice = ack(new SetVar(SESSION, "x", Value.of(1)), new SetVar(SESSION, "x", Value.of(2)));
        Ack unset = ack(new SetVar(SESSION, "x", Value.of(1)), new UnsetVar(SESSION, "x"));

        assertThat(twice).sets(SESSION, "x", 2);
        assertFails(() -> assertThat(twice).sets(SESSION, "x", 1)).hasMessageContaining("but it sets it to INT32 2.");
        assertThat(unset).unsets(SESSION, "x").doesNotSet(SESSION, "x");
        assertFails(() -> assertThat(unset).sets(SESSION, "x", 1)).hasMessageContaining("but it unsets it.");
    }

    @Test
    void unsetsByEitherAction() {
        assertThat(ack(new UnsetVar(SESSION, "x"))).unsets(SESSION, "x");
        assertThat(setting(Value.NULL)).unsets(SESSION, "x").sets(SESSION, "x", Value.NULL).andNothingElse();
        assertFails(() -> assertThat(ack()).unsets(SESSION, "x")).hasMessage(
                "expected the ACK to unset sess.x, but it has no action on it. It has no actions.");
        assertFails(() -> assertThat(setting(Value.FALSE)).unsets(SESSION, "x"))
                .hasMessageContaining("expected the ACK to unset sess.x, but it sets it to BOOL false.");
    }

    @Test
    void doesNotSetIsAboutOneVariable() {
        Ack ack = setting(Value.TRUE);
        assertThat(ack).doesNotSet(TRANSACTION, "x").doesNotSet(SESSION, "y");
        assertFails(() -> assertThat(ack).doesNotSet(SESSION, "x"))
                .hasMessageContaining("expected the ACK to not set sess.x, but it sets it to BOOL true.");
    }

    @Test
    void nothingElseIsWhatWasNotNamedBefore() {
        Ack ack = ack(new SetVar(SESSION, "x", Value.of(1)), new UnsetVar(SESSION, "y"),
                new SetVar(TRANSACTION, "agent_error", Value.of("deadline")));

        assertThat(ack).sets(SESSION, "x", 1).unsets(SESSION, "y").failsWith("deadline").andNothingElse();
        assertFails(() -> assertThat(ack).sets(SESSION, "x", 1).andNothingElse())
                .hasMessageStartingWith(
                        "expected the ACK to have no other actions, but it also has UNSET-VAR sess.y and"
                                + " SET-VAR txn.agent_error = STRING \"deadline\". Its actions:\n  SET-VAR sess.x");
        assertFails(() -> assertThat(setting(Value.TRUE)).doesNotSet(SESSION, "y").andNothingElse());
    }

    @Test
    void noActionsAreNone() {
        assertThat(ack()).hasNoActions().andNothingElse();
        assertFails(() -> assertThat(setting(Value.NULL)).hasNoActions())
                .hasMessageStartingWith("expected the ACK to have no actions, but it has 1. Its actions:\n");
    }

    @Test
    void exactlyMeansOrderAndTypes() {
        Action one = new SetVar(SESSION, "x", Value.of(1));
        Action two = new UnsetVar(SESSION, "y");

        assertThat(ack(one, two)).hasExactly(one, two);
        assertFails(() -> assertThat(ack(two, one)).hasExactly(one, two)).hasMessage(
                "expected the ACK to have exactly these actions:\n  SET-VAR sess.x = INT32 1\n  UNSET-VAR sess.y\n"
                        + "but it has others. Its actions:\n  UNSET-VAR sess.y\n  SET-VAR sess.x = INT32 1");
        assertFails(() -> assertThat(ack(one)).hasExactly(new SetVar(SESSION, "x", Value.of(1L))));
    }

    @Test
    void failureIsWhatTheDefaultPolicySets() {
        Ack failed = ack(new SetVar(TRANSACTION, "agent_error", Value.of("overload")));

        assertThat(failed).failsWith(FailureKind.OVERLOAD).failsWith("overload");
        assertFails(() -> assertThat(failed).doesNotFail())
                .hasMessageContaining("not set txn.agent_error, but it sets it to STRING \"overload\".");
        assertFails(() -> assertThat(failed).failsWith(FailureKind.DEADLINE))
                .hasMessageContaining("set txn.agent_error to STRING \"deadline\"");
        assertThat(setting(Value.TRUE)).doesNotFail();
        assertFails(() -> assertThat(setting(Value.TRUE)).failsWith("overload"));
    }

    @Test
    void noAckIsAFailureToo() {
        assertFails(() -> new AckAssert(null).hasNoActions()).hasMessageContaining("not to be null");
    }
}
