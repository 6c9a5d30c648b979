package dev.spoa.conformance;

import dev.spoa.engine.raw.PeerBytes;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.Arrays;

/** The messages of {@code docs/fixture-agent.md}, and the actions that they must cause. */
final class Contract {
    private static final int NETWORK = 0xc000_0200;
    private static final int ADDRESSES = 256;
    private static final int SCORES = 101;

    private Contract() {}

    static byte[] echo(Argument... arguments) {
        return PeerBytes.message("echo", arguments);
    }

    /** What {@code echo} answers: every argument with a name, in order, as it came. */
    static Action[] echoed(Argument... arguments) {
        return Arrays.stream(arguments).filter(argument -> !argument.name().isEmpty())
                .map(argument -> set(argument.name(), argument.value())).toArray(Action[]::new);
    }

    static byte[] score(Value ip) {
        return PeerBytes.message("get-ip-reputation", PeerBytes.arg("ip", ip));
    }

    /**
     * The same for one of 256 addresses, of which more than one has the same score. It is what even the smallest agent
     * can do, so it is asked wherever a case only wants to know whether the agent still serves.
     */
    static byte[] scoreOf(long number) {
        return score(new Value.Ipv4(NETWORK + (int) (number % ADDRESSES)));
    }

    static Action scoredOf(long number) {
        return scored((int) (number % ADDRESSES) % SCORES);
    }

    static Action scored(int score) {
        return new Action.SetVar(Scope.SESSION, "ip_score", Value.of(score));
    }

    static byte[] scopes() {
        return PeerBytes.message("scopes");
    }

    static Action[] scoped() {
        return Arrays.stream(Scope.values())
                .map(scope -> new Action.SetVar(scope, "v_" + scope.prefix(), Value.of(scope.code())))
                .toArray(Action[]::new);
    }

    static byte[] unset(String name) {
        return PeerBytes.message("unset", PeerBytes.arg("name", Value.of(name)));
    }

    static Action isUnset(String name) {
        return new Action.UnsetVar(Scope.TRANSACTION, name);
    }

    static byte[] sleep(long ms) {
        return PeerBytes.message("sleep", PeerBytes.arg("ms", Value.of(ms)));
    }

    static Action slept(long ms) {
        return set("slept", Value.of(ms));
    }

    static byte[] fail() {
        return PeerBytes.message("fail");
    }

    static byte[] big(long n) {
        return PeerBytes.message("big", PeerBytes.arg("n", Value.of(n)));
    }

    static Action wasBig(int n) {
        return set("big", Value.of("x".repeat(n)));
    }

    static Action set(String name, Value value) {
        return new Action.SetVar(Scope.TRANSACTION, name, value);
    }
}
