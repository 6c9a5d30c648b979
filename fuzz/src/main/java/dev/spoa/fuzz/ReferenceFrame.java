package dev.spoa.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A frame as this module reads it, by code that shares nothing with what is tested. */
public final class ReferenceFrame {
    /** The type of a fragment. */
    public static final int UNSET = 0;
    /** The type of a NOTIFY. */
    public static final int NOTIFY = 3;
    /** The type of an AGENT-HELLO. */
    public static final int AGENT_HELLO = 101;
    /** The type of an AGENT-DISCONNECT. */
    public static final int AGENT_DISCONNECT = 102;
    /** The type of an ACK. */
    public static final int ACK = 103;

    private static final int FIN = 1;
    private static final int ABORT = 2;

    private final int size;
    private final int type;
    private final int flags;
    private final long streamId;
    private final long frameId;
    private final byte[] payload;

    private ReferenceFrame(int size, int type, int flags, long streamId, long frameId, byte[] payload) {
        this.size = size;
        this.type = type;
        this.flags = flags;
        this.streamId = streamId;
        this.frameId = frameId;
        this.payload = payload;
    }

    /**
     * LENGTH.
     *
     * @return its value
     */
    public int size() {
        return size;
    }

    /**
     * The type.
     *
     * @return its byte
     */
    public int type() {
        return type;
    }

    /**
     * The flags.
     *
     * @return all 32 of them
     */
    public int flags() {
        return flags;
    }

    /**
     * The stream-id.
     *
     * @return it, unsigned
     */
    public long streamId() {
        return streamId;
    }

    /**
     * The frame-id.
     *
     * @return it, unsigned
     */
    public long frameId() {
        return frameId;
    }

    /**
     * The payload.
     *
     * @return its bytes, which are not to be changed
     */
    public byte[] payload() {
        return payload;
    }

    /**
     * Whether it is the last one of its ids.
     *
     * @return whether FIN is set
     */
    public boolean isFin() {
        return (flags & FIN) != 0;
    }

    /**
     * Whether it gives up what it belongs to.
     *
     * @return whether ABORT is set
     */
    public boolean isAbort() {
        return (flags & ABORT) != 0;
    }

    /**
     * Reads all whole frames up to the first that is malformed.
     *
     * @param bytes what one side has sent
     * @param from where the first frame begins
     * @return the frames
     */
    public static List<ReferenceFrame> all(byte[] bytes, int from) {
        List<ReferenceFrame> frames = new ArrayList<>();
        int at = from;
        while (bytes.length - at >= 4) {
            int size = integer(bytes, at);
            if (size < 7 || size > bytes.length - at - 4) {
                break;
            }
            byte[] frame = Arrays.copyOfRange(bytes, at + 4, at + 4 + size);
            ReferenceValues values = new ReferenceValues(frame, 5);
            long streamId = values.varint();
            long frameId = values.varint();
            if (values.isMalformed()) {
                break;
            }
            frames.add(new ReferenceFrame(size, frame[0] & 0xFF, integer(frame, 1), streamId, frameId, values.rest()));
            at += 4 + size;
        }
        return frames;
    }

    /**
     * Reads frames that have to be all there is.
     *
     * @param bytes what the tested side has sent
     * @return the frames
     */
    public static List<ReferenceFrame> wholly(byte[] bytes) {
        List<ReferenceFrame> frames = all(bytes, 0);
        int used = frames.stream().mapToInt(frame -> 4 + frame.size).sum();
        Violation.check(used == bytes.length, () -> "what was sent is no sequence of frames from byte " + used + " of "
                + bytes.length);
        return frames;
    }

    private static int integer(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
    }
}
