package dev.spoa.testkit;

import dev.spoa.agent.FailureKind;
import dev.spoa.engine.Ack;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on an ACK, after its effect: what counts for a variable is the last action on it, because HAProxy carries
 * them out in their order. A message lists all actions of the ACK. Names are without scope and prefix.
 *
 * <p>
 * Integers are compared by number: HAProxy's variable is a signed 64-bit integer whichever of the four integer types the
 * agent has sent. The overloads for a {@link Value} compare the type too.
 */
public final class AckAssert extends AbstractAssert<AckAssert, Ack> {
    /** The variable that {@link dev.spoa.agent.FailurePolicy#errorVariable()} sets. */
    private static final String ERROR = "agent_error";

    private final Set<Variable> named = new HashSet<>();

    AckAssert(Ack actual) {
        super(actual, AckAssert.class);
    }

    private record Variable(Scope scope, String name) {
        static Variable of(Action action) {
            return new Variable(action.scope(), action.name());
        }
    }

    /**
     * Verifies that a variable is set to a BOOL.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, boolean expected) {
        return sets(scope, name, Value.of(expected));
    }

    /**
     * Verifies that a variable is set to an integer, of any type.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, int expected) {
        return sets(scope, name, (long) expected);
    }

    /**
     * Verifies that a variable is set to an integer, of any type.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, long expected) {
        return sets(scope, name, "the integer " + expected,
                value -> integer(value).equals(OptionalLong.of(expected)));
    }

    private static OptionalLong integer(Value value) {
        return switch (value) {
            case Value.Int32 integer -> OptionalLong.of(integer.value());
            case Value.Uint32 integer -> OptionalLong.of(integer.value());
            case Value.Int64 integer -> OptionalLong.of(integer.value());
            case Value.Uint64 integer -> OptionalLong.of(integer.value());
            case Value.Null other -> OptionalLong.empty();
            case Value.Bool other -> OptionalLong.empty();
            case Value.Ipv4 other -> OptionalLong.empty();
            case Value.Ipv6 other -> OptionalLong.empty();
            case Value.Str other -> OptionalLong.empty();
            case Value.Binary other -> OptionalLong.empty();
        };
    }

    /**
     * Verifies that a variable is set to a STRING of the text's UTF-8 bytes.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, String expected) {
        return sets(scope, name, Value.of(expected));
    }

    /**
     * Verifies that a variable is set to a BINARY.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, byte[] expected) {
        return sets(scope, name, Value.of(expected));
    }

    /**
     * Verifies that a variable is set to an IPV4 or IPV6, after the class of the address.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, InetAddress expected) {
        return sets(scope, name, Value.of(expected));
    }

    /**
     * Verifies that a variable is set to a value of exactly this type; for {@link Value#NULL} that it is unset.
     *
     * @param scope where it lives
     * @param name its name
     * @param expected its value
     * @return this assertion
     */
    public AckAssert sets(Scope scope, String name, Value expected) {
        return expected instanceof Value.Null
                ? unsets(scope, name)
                : sets(scope, name, AckText.of(expected), expected::equals);
    }

    private AckAssert sets(Scope scope, String name, String expected, Predicate<Value> matches) {
        isNotNull();
        named.add(new Variable(scope, name));
        Optional<Value> value = actual.value(scope, name);
        if (value.isEmpty() || !matches.test(value.get())) {
            fail("set " + AckText.variable(scope, name) + " to " + expected, fate(scope, name));
        }
        return this;
    }

    /**
     * Verifies that a variable is removed, by UNSET-VAR or by setting it to NULL.
     *
     * @param scope where it lives
     * @param name its name
     * @return this assertion
     */
    public AckAssert unsets(Scope scope, String name) {
        isNotNull();
        named.add(new Variable(scope, name));
        if (isUntouched(scope, name) || actual.value(scope, name).isPresent()) {
            fail("unset " + AckText.variable(scope, name), fate(scope, name));
        }
        return this;
    }

    /**
     * Verifies that a variable has no value afterwards that it got from this ACK: nothing sets it, or it is unset again.
     *
     * @param scope where it lives
     * @param name its name
     * @return this assertion
     */
    public AckAssert doesNotSet(Scope scope, String name) {
        isNotNull();
        if (actual.value(scope, name).isPresent()) {
            fail("not set " + AckText.variable(scope, name), fate(scope, name));
        }
        return this;
    }

    /**
     * Verifies that there are no actions but those on the variables that {@code sets}, {@code unsets} and
     * {@code failsWith} have named before in this chain.
     *
     * @return this assertion
     */
    public AckAssert andNothingElse() {
        isNotNull();
        List<Action> others = actual.actions().stream().filter(action -> !named.contains(Variable.of(action)))
                .toList();
        if (!others.isEmpty()) {
            fail("have no other actions", "it also has "
                    + others.stream().map(AckText::of).collect(Collectors.joining(" and ")));
        }
        return this;
    }

    /**
     * Verifies that there are no actions at all.
     *
     * @return this assertion
     */
    public AckAssert hasNoActions() {
        isNotNull();
        if (!actual.actions().isEmpty()) {
            fail("have no actions", "it has " + actual.actions().size());
        }
        return this;
    }

    /**
     * Verifies all actions, their order and the types of their values.
     *
     * @param expected the actions
     * @return this assertion
     */
    public AckAssert hasExactly(Action... expected) {
        isNotNull();
        if (!actual.actions().equals(List.of(expected))) {
            fail("have exactly these actions:"
                    + List.of(expected).stream().map(action -> "\n  " + AckText.of(action))
                            .collect(Collectors.joining())
                    + "\n",
                    "it has others");
        }
        return this;
    }

    /**
     * Verifies that the default failure policy has answered: that {@code txn} {@code agent_error} tells this.
     *
     * @param kind what must have gone wrong
     * @return this assertion
     */
    public AckAssert failsWith(FailureKind kind) {
        return failsWith(kind.text());
    }

    /**
     * Verifies that {@code txn} {@code agent_error} tells this, as the default failure policy does for a
     * {@link FailureKind}, and a policy of your own may do for more.
     *
     * @param error the text, such as {@code overload}
     * @return this assertion
     */
    public AckAssert failsWith(String error) {
        return sets(Scope.TRANSACTION, ERROR, error);
    }

    /**
     * Verifies that the default failure policy was not asked: that {@code txn} {@code agent_error} is not set.
     *
     * @return this assertion
     */
    public AckAssert doesNotFail() {
        return doesNotSet(Scope.TRANSACTION, ERROR);
    }

    private boolean isUntouched(Scope scope, String name) {
        Variable variable = new Variable(scope, name);
        return actual.actions().stream().map(Variable::of).noneMatch(variable::equals);
    }

    private String fate(Scope scope, String name) {
        if (isUntouched(scope, name)) {
            return "it has no action on it";
        }
        return actual.value(scope, name).map(value -> "it sets it to " + AckText.of(value)).orElse("it unsets it");
    }

    private void fail(String expected, String came) {
        failWithMessage("%s", "expected the ACK to " + expected + (expected.endsWith("\n") ? "" : ", ") + "but " + came
                + ". " + AckText.of(actual));
    }
}
