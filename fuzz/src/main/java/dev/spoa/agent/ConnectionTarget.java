package dev.spoa.agent;

import dev.spoa.fuzz.Script;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.ValueType;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * One connection from its opening to its end. An input is a script, not what is sent: a changed byte of what is sent would
 * mostly make a wrong length, and nothing behind it would be read. It says which frames come, good ones and arbitrary
 * bytes, in which pieces, and what else happens between them: handlers run and end, the peer does not take what is
 * written, time passes, the agent closes.
 */
public final class ConnectionTarget {
    private static final int KINDS = 18;
    private static final int MAX_STEPS = 200;
    private static final String[] MESSAGES = {"i", "v", "a", "p", "few", "unknown", "", "iv"};
    private static final String[] ORDERS = {"ip", "", "throw", "error", "keep", "old", "large", "name", "unset", "bad",
        "null", "now", "fail", "minimal", "y", "z"};
    private static final String[] CAPABILITIES =
            {"pipelining,async", "pipelining", "", "async", "fragmentation, pipelining",
                "pipelining,async,fragmentation", "none", ","};
    private static final long[] SIZES = {16_380, 256, 4_096, 255, 300, 1_000_000, -1, 4_097};
    private static final long[] NUMBERS =
            {0, 1, 239, 240, 2_287, 2_288, 264_431, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32,
                0xFFFF_FFFFL, 127, 128, 0x4000_0000_0000L, 7};
    private static final int[] IDS = {1, 0, 2, 3, 240, 255, 7, 5};

    private static final FuzzedAgent AGENT = new FuzzedAgent();

    private final Script script;
    private final Conversation conversation;
    private final ByteBuf frames = Unpooled.buffer();
    private int piece = Integer.MAX_VALUE;

    private ConnectionTarget(Script script, boolean isProxied) {
        this.script = script;
        this.conversation = new Conversation(AGENT, isProxied);
    }

    /**
     * Takes an input.
     *
     * @param input the script
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        ConnectionTarget target = new ConnectionTarget(script, script.next() == 'P');
        for (int i = 0; i < MAX_STEPS && script.hasNext(); i++) {
            target.step(script.next() % KINDS);
        }
        target.send();
        target.conversation.end();
    }

    private void step(int kind) {
        switch (kind) {
            case 0 -> hello();
            case 1, 2 -> notifyFrame();
            case 3 -> frame(FrameType.UNSET, flags(script.next()), script.take(script.next()));
            case 4 -> rawFrame();
            case 5 -> frames.writeBytes(script.take(script.next()));
            case 6 -> disconnect();
            case 7 -> piece = 1 + script.next();
            case 8 -> {
                send();
                conversation.readComplete();
            }
            case 9 -> {
                send();
                AGENT.runThread();
            }
            case 10 -> {
                send();
                AGENT.handlers.completeStage(script.next());
            }
            case 11 -> {
                send();
                conversation.runLoop();
            }
            case 12 -> {
                send();
                conversation.writable(script.next() % 2 == 0);
            }
            case 13 -> {
                send();
                conversation.later(100L * script.next());
            }
            case 14 -> end(script.next());
            case 15 -> frame(FrameType.NOTIFY, 0, script.take(script.next()));
            case 16 -> large();
            default -> send();
        }
    }

    private void end(int how) {
        send();
        if (conversation.isOpen()) {
            switch (how % 4) {
                case 0 -> conversation.disconnect();
                case 1 -> conversation.drain();
                case 2 -> conversation.reset();
                default -> conversation.close();
            }
        }
    }

    /** The agent reads what was made, in pieces if the script says so. */
    private void send() {
        byte[] bytes = ByteBufUtil.getBytes(frames);
        frames.clear();
        if (piece < bytes.length && bytes.length / piece < 100) {
            conversation.receive(bytes, piece);
        } else {
            conversation.receive(bytes);
        }
    }

    private void hello() {
        int kind = script.next();
        int start = FrameHeader.begin(frames, FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0);
        pair("supported-versions", Value.of(kind == 255 ? "1.0" : "2.0"));
        pair("max-frame-size", new Value.Uint32(SIZES[kind & 7]));
        pair("capabilities", Value.of(CAPABILITIES[kind >> 3 & 7]));
        if ((kind & 64) != 0) {
            pair("engine-id", Value.of("an engine"));
        }
        if ((kind & 128) != 0) {
            pair("healthcheck", Value.TRUE);
        }
        FrameHeader.end(frames, start);
    }

    private void pair(String key, Value value) {
        WireString.write(frames, key);
        TypedData.write(frames, value);
    }

    private void disconnect() {
        int start = FrameHeader.begin(frames, FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0);
        new Disconnect(script.next(), "\u001B[2J" + script.next()).write(frames);
        FrameHeader.end(frames, start);
    }

    /** Most often whole; the payload of a first fragment stops somewhere in the middle, the rest comes in a second. */
    private void notifyFrame() {
        int kind = script.next();
        ByteBuf payload = Unpooled.buffer();
        for (int i = 0; i <= (kind >> 6); i++) {
            message(payload);
        }
        byte[] bytes = ByteBufUtil.getBytes(payload);
        if ((kind & 0x30) == 0x30) {
            int cut = Math.min(bytes.length, script.next());
            int flags = flags(script.next());
            frame(FrameType.NOTIFY, 0, kind, bytes, 0, cut);
            frame(FrameType.UNSET, flags, kind, bytes, cut, bytes.length);
        } else {
            frame(FrameType.NOTIFY, FrameHeader.FIN, kind, bytes, 0, bytes.length);
        }
    }

    private void message(ByteBuf out) {
        int kind = script.next();
        int arguments = (kind >> 3) & 7;
        WireString.write(out, MESSAGES[kind & 7]);
        out.writeByte(arguments);
        for (int i = 0; i < arguments; i++) {
            int shape = script.next();
            WireString.write(out, ORDERS[shape >> 4]);
            value(out, shape & 0x0F);
        }
    }

    private void value(ByteBuf out, int type) {
        switch (ValueType.ofCode(type).orElse(null)) {
            case null -> {
                // mostly strings: a type that nobody knows ends a connection
                if (type == 15 && script.next() == 15) {
                    out.writeByte(type);
                } else {
                    out.writeByte(ValueType.STRING.code());
                    WireString.write(out, script.take(script.next()));
                }
            }
            case NULL -> out.writeByte(type);
            case BOOL -> out.writeByte(type | (script.next() << 4));
            case INT32, UINT32, INT64, UINT64 -> {
                out.writeByte(type);
                Varint.write(out, NUMBERS[script.next() & 15]);
            }
            case IPV4 -> out.writeByte(type).writeBytes(padded(script.take(4), 4));
            case IPV6 -> out.writeByte(type).writeBytes(padded(script.take(2), 16));
            case STRING, BINARY -> {
                out.writeByte(type | (script.next() << 4));
                WireString.write(out, script.take(script.next() & 31));
            }
        }
    }

    private static byte[] padded(byte[] bytes, int size) {
        return Arrays.copyOf(bytes, size);
    }

    /** A fragment or NOTIFY near the limits. */
    private void large() {
        int kind = script.next();
        byte[] payload = new byte[Math.min(FuzzedAgent.FRAME_SIZE - 16 + (kind & 31), FuzzedAgent.FRAME_SIZE)];
        frame((kind & 32) == 0 ? FrameType.NOTIFY : FrameType.UNSET, kind >> 6, payload);
    }

    /** A whole frame of arbitrary bytes. */
    private void rawFrame() {
        byte[] bytes = script.take(script.next());
        frames.writeInt(bytes.length).writeBytes(bytes);
    }

    private void frame(FrameType type, int flags, byte[] payload) {
        frame(type, flags, script.next(), payload, 0, payload.length);
    }

    private void frame(FrameType type, int flags, int ids, byte[] payload, int from, int to) {
        int start = FrameHeader.begin(frames, type, flags, IDS[ids & 7], IDS[ids >> 2 & 3]);
        frames.writeBytes(payload, from, to - from);
        FrameHeader.end(frames, start);
    }

    /** Mostly the last fragment. */
    private static int flags(int kind) {
        return kind < 128 ? FrameHeader.FIN : kind;
    }
}
