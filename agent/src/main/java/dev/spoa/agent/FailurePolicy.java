package dev.spoa.agent;

import dev.spoa.protocol.Scope;

/**
 * What HAProxy is told when a handler gives no answer. To HAProxy an ACK without actions is a success:
 * {@code option set-on-error} does not fire and the request passes. So the default policy sets a variable.
 *
 * <p>
 * A policy runs on an event loop and must not block. Its actions come after those of the messages that did not fail. If
 * it throws, they are dropped and the rest of the ACK is sent. If the frame has no room for them behind those of the
 * handlers, everything is taken back and the policy is asked once more, with {@link FailureKind#REPLY_TOO_LARGE}.
 */
@FunctionalInterface
public interface FailurePolicy {
    /**
     * Puts actions into the ACK.
     *
     * @param failure what went wrong
     * @param reply takes the actions
     */
    void onFailure(Failure failure, Reply reply);

    /**
     * The default: sets the {@code txn} variable {@code agent_error} to the {@link FailureKind#text() kind}, so that a
     * rule can see it, for example {@code http-request deny if { var(txn.iprep.agent_error) -m found }}.
     *
     * @return the policy
     */
    static FailurePolicy errorVariable() {
        return (failure, reply) -> reply.set(Scope.TRANSACTION, "agent_error", failure.kind().text());
    }

    /**
     * Adds nothing: the request passes as if the agent had had nothing to say. For HAProxy 3.1.0, which does not see an
     * empty ACK, see {@link AgentBuilder#replaceEmptyAcks}.
     *
     * @return the policy
     */
    static FailurePolicy silent() {
        return (failure, reply) -> {
        };
    }
}
