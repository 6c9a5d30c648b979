package dev.spoa.agent;

/**
 * Handles one kind of message and puts its answer into the reply before it returns. Registered with
 * {@link AgentBuilder#on on} it runs on a virtual thread and may block; with {@link AgentBuilder#onInline onInline} it
 * runs on the event loop of the connection and must not.
 */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Handles a message.
     *
     * @param message the message
     * @param reply takes the actions; the messages of one NOTIFY share it
     * @throws Exception anything: the actions that this handler added are taken back and the failure policy is asked
     */
    void handle(Message message, Reply reply) throws Exception;
}
