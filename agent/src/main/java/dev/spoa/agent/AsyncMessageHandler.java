package dev.spoa.agent;

import java.util.concurrent.CompletionStage;

/**
 * Handles one kind of message without blocking. It is called on the event loop of the connection and returns a stage;
 * the reply may be filled by any thread until that stage completes, by one at a time.
 */
@FunctionalInterface
public interface AsyncMessageHandler {
    /**
     * Begins to handle a message.
     *
     * @param message the message
     * @param reply takes the actions; the messages of one NOTIFY share it
     * @return completes when the reply has what it should have; its value does not matter. Completed exceptionally, or
     *         null, it is a failure like an exception thrown here. When the agent gives the NOTIFY up it cancels the
     *         stage's {@link CompletionStage#toCompletableFuture() future}
     * @throws Exception anything: the actions that this handler added are taken back and the failure policy is asked
     */
    CompletionStage<?> handle(Message message, Reply reply) throws Exception;
}
