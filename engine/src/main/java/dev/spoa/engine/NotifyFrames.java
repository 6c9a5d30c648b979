package dev.spoa.engine;

import dev.spoa.protocol.Argument;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.wire.FrameHeader;
import dev.spoa.protocol.wire.FrameType;
import dev.spoa.protocol.wire.TypedData;
import dev.spoa.protocol.wire.Varint;
import dev.spoa.protocol.wire.WireString;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * NOTIFYs as bytes. One that is too large is cut as HAProxy up to 3.0 cuts it (section 3.4): behind a message's header,
 * behind an argument's name, behind a value, or anywhere in the bytes of a string, the length of which announced all of
 * them.
 */
final class NotifyFrames {
    private NotifyFrames() {}

    /** A stretch of the payload in which, both ends included, it may be cut. */
    private record Cuts(int from, int to) {}

    /** Appends a whole NOTIFY and returns the size of its payload. */
    static int write(ByteBuf out, Pending.Ids ids, List<Message> messages) {
        int start = FrameHeader.begin(out, FrameType.NOTIFY, FrameHeader.FIN, ids.streamId(), ids.frameId());
        int payload = out.writerIndex();
        writeMessages(out, messages, null);
        FrameHeader.end(out, start);
        return out.writerIndex() - payload;
    }

    /** Appends a NOTIFY in fragments whose payloads have at most {@code limit} bytes. */
    static void writeFragments(ByteBuf out, Pending.Ids ids, List<Message> messages, int limit) {
        List<Cuts> cuts = new ArrayList<>();
        ByteBuf payload = out.alloc().heapBuffer();
        try {
            writeMessages(payload, messages, cuts);
            FrameType type = FrameType.NOTIFY;
            while (payload.readableBytes() > limit) {
                int cut = latestCut(cuts, payload.readerIndex(), payload.readerIndex() + limit);
                writeFragment(out, type, 0, ids, payload.readSlice(cut - payload.readerIndex()));
                type = FrameType.UNSET;
            }
            writeFragment(out, type, FrameHeader.FIN, ids, payload);
        } finally {
            payload.release();
        }
    }

    private static void writeFragment(ByteBuf out, FrameType type, int flags, Pending.Ids ids, ByteBuf payload) {
        int start = FrameHeader.begin(out, type, flags, ids.streamId(), ids.frameId());
        out.writeBytes(payload);
        FrameHeader.end(out, start);
    }

    private static int latestCut(List<Cuts> cuts, int after, int atMost) {
        int latest = after;
        for (Cuts stretch : cuts) {
            if (stretch.from <= atMost) {
                latest = Math.max(latest, Math.min(stretch.to, atMost));
            }
        }
        if (latest == after) {
            // a name longer than a frame; HAProxy's configuration cannot have one
            throw new IllegalArgumentException("a message that cannot be cut into fragments of " + (atMost - after)
                    + " bytes");
        }
        return latest;
    }

    private static void writeMessages(ByteBuf out, List<Message> messages, @Nullable List<Cuts> cuts) {
        int origin = out.writerIndex();
        for (Message message : messages) {
            WireString.write(out, message.name());
            out.writeByte(message.arguments().size());
            addCut(cuts, out.writerIndex() - origin);
            for (Argument argument : message.arguments()) {
                WireString.write(out, argument.name());
                addCut(cuts, out.writerIndex() - origin);
                writeValue(out, argument.value(), origin, cuts);
            }
        }
    }

    private static void writeValue(ByteBuf out, Value value, int origin, @Nullable List<Cuts> cuts) {
        int start = out.writerIndex();
        TypedData.write(out, value);
        if (cuts == null) {
            return;
        }
        int end = out.writerIndex() - origin;
        switch (value) {
            case Value.Str string -> cuts.add(new Cuts(firstByte(out, start) - origin, end));
            case Value.Binary binary -> cuts.add(new Cuts(firstByte(out, start) - origin, end));
            default -> addCut(cuts, end);
        }
    }

    /** Where the bytes of a string begin: behind its type and its length. */
    private static int firstByte(ByteBuf out, int start) {
        return start + 1 + Varint.size(Varint.get(out, start + 1));
    }

    private static void addCut(@Nullable List<Cuts> cuts, int at) {
        if (cuts != null) {
            cuts.add(new Cuts(at, at));
        }
    }
}
