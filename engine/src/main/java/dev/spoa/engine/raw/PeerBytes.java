package dev.spoa.engine.raw;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.Disconnect;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.MessageList;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * The bytes that a {@link Peer} sends: frames and parts of frames, right ones and wrong ones. A frame begins with its
 * LENGTH, which is always right here; nothing else is checked but what the encoding cannot say. All ids are unsigned.
 * Any thread may call it.
 */
public final class PeerBytes {
    /** The {@code max-frame-size} of every HELLO here that is not told another one. */
    public static final int MAX_FRAME_SIZE = 16_380;
    /** The engine-id of every HELLO here that has one and is not told its pairs. */
    public static final String ENGINE_ID = "01234567-89ab-4cde-8f01-23456789abcd";

    private static final String VERSIONS_AND_SIZE = "12 737570706f727465642d76657273696f6e73 08 03 322e30"
            + "0e 6d61782d6672616d652d73697a65 03 fcf006";
    private static final String ENGINE_ID_KEY = "09 656e67696e652d6964 08 24";

    private PeerBytes() {}

    /**
     * Bytes that are written in hex.
     *
     * @param hex two digits for each byte; blanks mean nothing
     * @return the bytes
     * @throws IllegalArgumentException if it is not hex
     */
    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /**
     * Bytes, written in hex.
     *
     * @param bytes the bytes
     * @return two digits for each byte, in lower case without blanks
     */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Bytes behind each other.
     *
     * @param parts any number of them
     * @return a copy
     */
    public static byte[] join(byte[]... parts) {
        return written(out -> {
            for (byte[] part : parts) {
                out.writeBytes(part);
            }
        });
    }

    /**
     * The HELLO of HAProxy up to 3.0 (section 1.5).
     *
     * @return a frame of 133 bytes
     */
    public static byte[] legacyHello() {
        return bytes("00000081 01 00000001 00 00" + VERSIONS_AND_SIZE
                + "0c 6361706162696c6974696573 08 10 706970656c696e696e672c6173796e63" + ENGINE_ID_KEY
                + hex(ENGINE_ID.getBytes(UTF_8)));
    }

    /**
     * The HELLO of HAProxy from 3.1 on (section 1.5).
     *
     * @return a frame of 127 bytes
     */
    public static byte[] muxHello() {
        return bytes("0000007b 01 00000001 00 00" + VERSIONS_AND_SIZE
                + "0c 6361706162696c6974696573 08 0a 706970656c696e696e67" + ENGINE_ID_KEY
                + hex(ENGINE_ID.getBytes(UTF_8)));
    }

    /**
     * The HELLO of a health check (section 1.5).
     *
     * @return a frame of 82 bytes
     */
    public static byte[] healthCheck() {
        return bytes("0000004e 01 00000001 00 00" + VERSIONS_AND_SIZE
                + "0c 6361706162696c6974696573 08 00 0b 6865616c7468636865636b 11");
    }

    /**
     * A HELLO that offers pipelining and a max-frame-size.
     *
     * @param maxFrameSize the {@code max-frame-size} in bytes, which need not be one that an agent takes
     * @return the frame
     */
    public static byte[] hello(long maxFrameSize) {
        return hello(kv("supported-versions", Value.of("2.0")),
                kv("max-frame-size", new Value.Uint32(maxFrameSize)), kv("capabilities", Value.of("pipelining")),
                kv("engine-id", Value.of(ENGINE_ID)));
    }

    /**
     * A HELLO of any pairs.
     *
     * @param pairs its payload: each a {@link #kv pair}, or what stands for one
     * @return the frame
     */
    public static byte[] hello(byte[]... pairs) {
        return frame(FrameType.HAPROXY_HELLO, FrameHeader.FIN, 0, 0, join(pairs));
    }

    /**
     * One pair of a KV-LIST.
     *
     * @param key its key
     * @param value its value, of any type
     * @return key, type and value
     */
    public static byte[] kv(String key, Value value) {
        return written(out -> {
            WireString.write(out, key);
            TypedData.write(out, value);
        });
    }

    /**
     * A variable-length integer.
     *
     * @param value an unsigned 64-bit integer
     * @return 1 to 10 bytes
     */
    public static byte[] varint(long value) {
        return written(out -> Varint.write(out, value));
    }

    /**
     * A frame of a known type.
     *
     * @param type its type
     * @param flags its 32 flags
     * @param streamId its stream-id
     * @param frameId its frame-id
     * @param payload what follows the header
     * @return the frame
     */
    public static byte[] frame(FrameType type, int flags, long streamId, long frameId, byte[] payload) {
        return frame(type.code(), flags, streamId, frameId, payload);
    }

    /**
     * A frame of any type.
     *
     * @param type its type's byte, of which the lowest 8 bits count
     * @param flags its 32 flags
     * @param streamId its stream-id
     * @param frameId its frame-id
     * @param payload what follows the header
     * @return the frame
     */
    public static byte[] frame(int type, int flags, long streamId, long frameId, byte[] payload) {
        return written(out -> {
            out.writeInt(FrameHeader.size(streamId, frameId) + payload.length).writeByte(type).writeInt(flags);
            Varint.write(out, streamId);
            Varint.write(out, frameId);
            out.writeBytes(payload);
        });
    }

    /**
     * A whole NOTIFY.
     *
     * @param streamId its stream-id
     * @param frameId its frame-id
     * @param messages its payload: any number of {@link #message messages}
     * @return the frame
     */
    public static byte[] notify(long streamId, long frameId, byte[]... messages) {
        return frame(FrameType.NOTIFY, FrameHeader.FIN, streamId, frameId, join(messages));
    }

    /**
     * One message of a NOTIFY.
     *
     * @param name its name
     * @param arguments its arguments, 255 at most
     * @return name, number of arguments, and arguments
     * @throws IllegalArgumentException if there are more
     */
    public static byte[] message(String name, Argument... arguments) {
        return written(out -> MessageList.write(out, name, List.of(arguments)));
    }

    /**
     * One argument of a {@link #message message}.
     *
     * @param name its name; empty for one without
     * @param value its value
     * @return the argument
     */
    public static Argument arg(String name, Value value) {
        return new Argument(name, value);
    }

    /**
     * A HAPROXY-DISCONNECT.
     *
     * @param status its status; the message is the one that belongs to it
     * @return the frame
     */
    public static byte[] disconnect(StatusCode status) {
        return frame(FrameType.HAPROXY_DISCONNECT, FrameHeader.FIN, 0, 0,
                written(new Disconnect(status)::write));
    }

    private static byte[] written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }
}
