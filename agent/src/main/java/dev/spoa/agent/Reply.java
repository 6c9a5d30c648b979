package dev.spoa.agent;

import dev.spoa.protocol.Scope;
import dev.spoa.protocol.Value;
import java.net.InetAddress;

/**
 * Collects the actions of one ACK. The messages of a NOTIFY share one reply, and HAProxy applies its actions in their
 * order.
 *
 * <p>
 * Each action is checked when it is made: a name that HAProxy would not accept is an {@link IllegalArgumentException},
 * and what does not fit the frame size that the connection agreed on is a {@link ReplyTooLargeException}.
 *
 * <p>
 * A reply has one owner: the handler, until it returns or its stage completes. After that, or when the agent has given
 * the NOTIFY up in the meantime (deadline, disconnect, superseded), what is set is ignored and counted in
 * {@link AgentStatistics#lateActions()}. It is not safe for two threads at once, and a handler must not keep it: the
 * reply of an inline handler serves the next NOTIFY too, and is protected only against other threads.
 *
 * <p>
 * So a stage must not complete while a thread still sets something. {@code orTimeout} completes one while its thread goes on;
 * what that sets is ignored all the same, because the stage has failed. {@code completeOnTimeout} does so without a failure,
 * and the reply may then hold half an action: let the thread return a value, and set that when the stage completes, or use
 * {@link AgentBuilder#deadline}.
 */
public interface Reply {
    /**
     * Sets a variable to a BOOL.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, boolean value);

    /**
     * Sets a variable to an INT32; HAProxy's variable is a signed 64-bit integer either way.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, int value);

    /**
     * Sets a variable to an INT64.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, long value);

    /**
     * Sets a variable to a STRING of the text's UTF-8 bytes.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, String value);

    /**
     * Sets a variable to a BINARY.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, byte[] value);

    /**
     * Sets a variable to an IPV4 or IPV6, after the class of the address.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, InetAddress value);

    /**
     * Sets a variable to a value of any type; {@link Value#NULL} unsets it.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @param value its value
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply set(Scope scope, String name, Value value);

    /**
     * Removes a variable.
     *
     * @param scope where it lives
     * @param name its name, without scope and prefix: letters, digits, {@code _} and {@code .}
     * @return this reply
     * @throws IllegalArgumentException if HAProxy would not accept the name
     * @throws ReplyTooLargeException if the ACK would outgrow the frame size
     */
    Reply unset(Scope scope, String name);
}
