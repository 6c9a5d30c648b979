package dev.spoa.agent;

import java.util.Optional;

/**
 * A NOTIFY, or one message of it, that no handler has answered.
 *
 * @param kind why
 * @param message the name of the message; empty where the whole NOTIFY failed
 * @param cause what the handler threw; empty where nothing was thrown
 * @param notification the NOTIFY; valid until the policy returns
 */
public record Failure(FailureKind kind, Optional<String> message, Optional<Throwable> cause,
        Notification notification) {}
