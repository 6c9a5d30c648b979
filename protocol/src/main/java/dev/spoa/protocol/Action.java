package dev.spoa.protocol;

/**
 * One action of an ACK (section 1.4). HAProxy prepends scope and prefix to the name: {@code ip_score} in
 * {@link Scope#SESSION} becomes {@code sess.iprep.ip_score} where {@code option var-prefix} is {@code iprep}.
 */
public sealed interface Action {
    /**
     * Where the variable lives.
     *
     * @return its scope
     */
    Scope scope();

    /**
     * The variable's name, without scope and prefix.
     *
     * @return the name
     */
    String name();

    /**
     * Sets a variable.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix
     * @param value its new value; {@link Value.Null} unsets it
     */
    record SetVar(Scope scope, String name, Value value) implements Action {}

    /**
     * Removes a variable.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix
     */
    record UnsetVar(Scope scope, String name) implements Action {}
}
