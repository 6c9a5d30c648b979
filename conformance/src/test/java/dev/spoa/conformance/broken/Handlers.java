package dev.spoa.conformance.broken;

import dev.spoa.conformance.broken.PayloadReader.Received;
import dev.spoa.protocol.Action;
import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages of the fixture contract, docs/fixture-agent.md. A handler that fails throws. */
final class Handlers {
    private Handlers() {}

    static boolean knows(String message) {
        return switch (message) {
            case "get-ip-reputation", "echo", "scopes", "unset", "sleep", "fail", "big" -> true;
            default -> false;
        };
    }

    static List<Action> handle(Received message, Fault fault) throws InterruptedException {
        return switch (message.name()) {
            case "get-ip-reputation" -> List.of(new Action.SetVar(Scope.SESSION, "ip_score", score(message)));
            case "echo" -> echo(message, fault);
            case "scopes" -> scopes();
            case "unset" -> List.of(new Action.UnsetVar(Scope.TRANSACTION, text(find(message, "name"))));
            case "sleep" -> {
                long ms = integer(find(message, "ms"));
                Thread.sleep(Math.max(0, ms));
                yield List.of(new Action.SetVar(Scope.TRANSACTION, "slept", new Value.Int64(ms)));
            }
            case "fail" -> throw new IllegalStateException("asked to fail");
            case "big" -> {
                // No frame has room for more than the agent's largest one, so more need not be built.
                int n = (int) Math.min(integer(find(message, "n")), Greeting.MAX_FRAME_SIZE + 1L);
                yield List.of(new Action.SetVar(Scope.TRANSACTION, "big", Value.of("x".repeat(n))));
            }
            default -> throw new IllegalArgumentException("no message " + message.name());
        };
    }

    private static Value score(Received message) {
        long last = switch (find(message, "ip")) {
            case Value.Ipv4(int bits) -> bits & 0xFF;
            case Value.Ipv6(long unused, long low) -> low & 0xFF;
            case Value other -> throw new IllegalArgumentException("ip is no address but " + other);
        };
        return new Value.Int32(last % 101);
    }

    private static List<Action> echo(Received message, Fault fault) {
        List<Action> actions = new ArrayList<>();
        for (Argument argument : message.arguments()) {
            if (!argument.name().isEmpty() || fault == Fault.EMPTY_NAMES_ECHOED) {
                actions.add(new Action.SetVar(Scope.TRANSACTION, argument.name(), argument.value()));
            }
        }
        if (fault == Fault.DUPLICATE_NAMES_COLLAPSED) {
            Map<String, Action> last = new LinkedHashMap<>();
            actions.forEach(action -> last.put(action.name(), action));
            return List.copyOf(last.values());
        }
        return fault == Fault.ARGUMENTS_REVERSED ? actions.reversed() : actions;
    }

    private static List<Action> scopes() {
        List<Action> actions = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            actions.add(new Action.SetVar(scope, "v_" + scope.prefix(), Value.of(scope.code())));
        }
        return actions;
    }

    private static Value find(Received message, String name) {
        return message.arguments().stream().filter(argument -> argument.name().equals(name)).map(Argument::value)
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no argument " + name));
    }

    private static String text(Value value) {
        if (value instanceof Value.Str string) {
            return string.text();
        }
        throw new IllegalArgumentException("no STRING but " + value);
    }

    private static long integer(Value value) {
        return switch (value) {
            case Value.Int32(long number) -> number;
            case Value.Uint32(long number) -> number;
            case Value.Int64(long number) -> number;
            case Value.Uint64(long number) -> number;
            default -> throw new IllegalArgumentException("no integer but " + value);
        };
    }
}
