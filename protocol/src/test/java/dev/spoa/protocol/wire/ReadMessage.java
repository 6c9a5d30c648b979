package dev.spoa.protocol.wire;

import dev.spoa.protocol.Argument;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** A message that was read to its end. */
record ReadMessage(String name, List<Argument> arguments) {
    static List<ReadMessage> all(ByteBuf in) {
        List<ReadMessage> messages = new ArrayList<>();
        while (in.isReadable()) {
            String name = WireString.read(in);
            messages.add(new ReadMessage(name, MessageList.readArguments(in, MessageList.readArgumentCount(in))));
        }
        return messages;
    }

    static void skipAll(ByteBuf in) {
        while (in.isReadable()) {
            WireString.skip(in);
            MessageList.skipArguments(in, MessageList.readArgumentCount(in));
        }
    }
}
