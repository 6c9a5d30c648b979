package dev.spoa.engine;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.util.List;
import java.util.Optional;

/**
 * The agent's answer to one NOTIFY.
 *
 * @param streamId the stream-id of both, unsigned
 * @param frameId the frame-id of both, unsigned
 * @param actions what the agent wants HAProxy to do, in its order
 */
public record Ack(long streamId, long frameId, List<Action> actions) {
    /** Takes a copy of the actions. */
    public Ack {
        actions = List.copyOf(actions);
    }

    /**
     * What a variable is set to when HAProxy has carried out all actions.
     *
     * @param scope the variable's scope
     * @param name its name, without scope and prefix
     * @return the value; empty where no action sets it, or a later one unsets it
     */
    public Optional<Value> value(Scope scope, String name) {
        Optional<Value> value = Optional.empty();
        for (Action action : actions) {
            if (action.scope() == scope && action.name().equals(name)) {
                value = switch (action) {
                    case Action.SetVar(var s, var n, Value.Null unset) -> Optional.empty();
                    case Action.SetVar set -> Optional.of(set.value());
                    case Action.UnsetVar unset -> Optional.empty();
                };
            }
        }
        return value;
    }
}
