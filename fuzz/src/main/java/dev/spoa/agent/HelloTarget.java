package dev.spoa.agent;

import dev.spoa.fuzz.BoundedAllocator;
import dev.spoa.fuzz.Script;
import dev.spoa.fuzz.Violation;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.wire.AgentHello;
import dev.spoa.protocol.wire.Capability;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.HaproxyHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Set;

/**
 * The payload of HAPROXY-HELLO: what the agent reads and answers, for an agent that the first byte chooses. Then the
 * same as a frame on a connection.
 */
public final class HelloTarget {
    private static final AgentContext[] AGENTS =
            {agent(Pipelining.ALWAYS, 256, 0), agent(Pipelining.NEVER, 16_384, 65_536),
                agent(Pipelining.OLD_ENGINE, 1 << 20, 1 << 20)};
    private static final FuzzedAgent WHOLE = new FuzzedAgent();
    private static final BoundedAllocator ALLOCATOR = new BoundedAllocator();

    private HelloTarget() {}

    private static AgentContext agent(Pipelining pipelining, int frameSize, int reassembledSize) {
        return new AgentContext(Agent.builder().pipelining(pipelining)
                .limits(Limits.builder().frameSize(frameSize).reassembledSize(reassembledSize).build()));
    }

    /**
     * Takes an input.
     *
     * @param input which agent, then the payload
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        AgentContext agent = AGENTS[script.next() % AGENTS.length];
        byte[] payload = script.rest();
        ALLOCATOR.begin(4_096);
        boolean isGood = negotiate(agent, payload);
        ALLOCATOR.end();
        onConnection(payload, isGood);
    }

    private static boolean negotiate(AgentContext agent, byte[] payload) {
        HaproxyHello hello;
        try {
            hello = HaproxyHello.read(Unpooled.wrappedBuffer(payload));
        } catch (ProtocolException e) {
            Violation.check(e.index() >= 0 && e.index() <= payload.length, () -> "an error at byte " + e.index());
            return false;
        }
        ByteBuf written = ALLOCATOR.buffer(256);
        Negotiation agreed = Negotiation.of(hello, agent);
        agreed.answer().write(written);
        AgentHello read = AgentHello.read(written);
        written.release();
        Violation.checkEqual("the answer as it is read", read, agreed.answer());
        int least = FrameHeader.MIN_MAX_FRAME_SIZE;
        Violation.check(agreed.maxFrameSize() >= least && agreed.maxFrameSize() <= agent.limits.frameSize()
                && Long.compareUnsigned(agreed.maxFrameSize(), hello.maxFrameSize()) <= 0,
                () -> agreed + " for an offer of " + hello.maxFrameSize());
        Violation.check(agreed.maxAckSize() <= agreed.maxFrameSize() && agreed.maxAckSize() >= least - 1,
                () -> "ACKs of " + agreed.maxAckSize() + " bytes for " + hello);
        Set<Capability> capabilities = agreed.answer().capabilities();
        Violation.check(!capabilities.contains(Capability.ASYNC)
                && (!capabilities.contains(Capability.PIPELINING)
                        || hello.capabilities().contains(Capability.PIPELINING)),
                () -> capabilities + " for " + hello);
        return true;
    }

    private static void onConnection(byte[] payload, boolean isGood) {
        if (payload.length > 16_000) {
            return;
        }
        ByteBuf frame = Unpooled.buffer(payload.length + 16);
        int start = FrameHeader.begin(frame, FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0);
        frame.writeBytes(payload);
        FrameHeader.end(frame, start);
        Conversation conversation = new Conversation(WHOLE, false);
        conversation.receive(ByteBufUtil.getBytes(frame));
        conversation.readComplete();
        Violation.checkEqual("whether AGENT-HELLO was sent", conversation.isGreeted(), isGood);
        conversation.end();
    }
}
