package dev.spoa.agent;

import dev.spoa.fuzz.ReferenceValues;
import dev.spoa.fuzz.Script;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a NOTIFY on a connection that has said HELLO: it is malformed for the agent where it is for the
 * reference, and handlers see in it what the reference does.
 */
public final class NotifyTarget {
    private static final FuzzedAgent AGENT = new FuzzedAgent();
    private static final Set<String> HANDLED = Set.of("i", "v", "a", "few");
    private static final byte[] HELLO = hello();

    private NotifyTarget() {}

    private static byte[] hello() {
        ByteBuf out = Unpooled.buffer();
        int start = FrameHeader.begin(out, FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0);
        new HaproxyHello("2.0", FuzzedAgent.FRAME_SIZE, EnumSet.allOf(Capability.class), null, false).write(out);
        FrameHeader.end(out, start);
        return ByteBufUtil.getBytes(out);
    }

    /**
     * Takes an input.
     *
     * @param input the ids in a byte, then the payload
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        int ids = script.next();
        byte[] payload = script.rest();
        if (payload.length > FuzzedAgent.FRAME_SIZE - 16) {
            return;
        }
        ByteBuf frame = Unpooled.buffer(payload.length + 16);
        int start = FrameHeader.begin(frame, FrameType.NOTIFY, FrameHeader.FIN, ids & 0x0F, ids >> 4);
        frame.writeBytes(payload);
        FrameHeader.end(frame, start);
        Conversation conversation = new Conversation(AGENT, false);
        conversation.receive(HELLO);
        conversation.receive(ByteBufUtil.getBytes(frame));
        conversation.readComplete();
        List<ReferenceValues.Message> messages = ReferenceValues.messages(payload);
        Violation.checkEqual("whether the NOTIFY was taken", conversation.isListening(), messages != null);
        AGENT.runAll();
        compare(messages);
        conversation.end();
    }

    private static void compare(@Nullable List<ReferenceValues.Message> messages) {
        List<String> expected = new ArrayList<>();
        if (messages != null) {
            for (ReferenceValues.Message message : messages) {
                if (HANDLED.contains(message.name())) {
                    expected.add(message.text());
                }
            }
        }
        List<String> seen = AGENT.handlers.seen();
        // at its limit a message's handler is not called, and none of the NOTIFY's is
        boolean isRefused = seen.isEmpty() && expected.stream().filter(text -> text.startsWith("few(")).count() > 2;
        if (!isRefused) {
            Violation.checkEqual("what handlers have seen", seen, expected);
        }
    }
}
