package dev.spoa.engine;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.wire.MessageList;
import java.util.List;

/**
 * One message to send in a NOTIFY.
 *
 * @param name its name in HAProxy's configuration
 * @param arguments its arguments in their order, 255 at most; copied
 */
public record Message(String name, List<Argument> arguments) {
    /**
     * Takes a copy of the arguments.
     *
     * @throws IllegalArgumentException if there are more than 255
     */
    public Message {
        arguments = List.copyOf(arguments);
        if (arguments.size() > MessageList.MAX_ARGUMENTS) {
            throw new IllegalArgumentException("a message has at most " + MessageList.MAX_ARGUMENTS
                    + " arguments, not " + arguments.size());
        }
    }

    /**
     * A message.
     *
     * @param name its name
     * @param arguments its arguments in their order
     * @return the message
     */
    public static Message of(String name, Argument... arguments) {
        return new Message(name, List.of(arguments));
    }
}
