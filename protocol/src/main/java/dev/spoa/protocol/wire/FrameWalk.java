package dev.spoa.protocol.wire;

import dev.spoa.protocol.Action;
import dev.spoa.protocol.ProtocolException;
import dev.spoa.protocol.Scope;
import dev.spoa.protocol.StatusCode;
import dev.spoa.protocol.Value;
import dev.spoa.protocol.VariableName;
import dev.spoa.protocol.wire.FrameText.Fault;
import dev.spoa.protocol.wire.FrameText.Item;
import dev.spoa.protocol.wire.FrameText.Kind;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes one frame apart for {@link FrameText}. The codecs read, part by part, so that what stands before an error is
 * shown; where they throw, that is the fault. A whole HELLO or DISCONNECT then goes through its own reader too, which
 * judges what it says.
 */
final class FrameWalk {
    private static final int TYPE_AT = FrameHeader.LENGTH_SIZE;
    private static final int FLAGS_AT = TYPE_AT + 1;
    private static final int IDS_AT = FLAGS_AT + 4;
    private static final int MAX_NOTES = 20;
    private static final int LEGACY_MAX_MESSAGE = 255;
    private static final List<String> AGENT_KEYS = List.of("version", "max-frame-size", "capabilities");

    private final ByteBuf in;
    private final int size;
    private final List<Item> items = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private int omitted;
    private long length = -1;
    private int type = -1;
    private @Nullable FrameHeader header;
    /** Whether bytes are missing that belong behind those that are here. */
    private boolean isCut;
    /** Where the last item ends. */
    private int told;

    private FrameWalk(ByteBuf in) {
        this.in = in;
        this.size = in.readableBytes();
    }

    static FrameText of(ByteBuf frame) {
        FrameWalk walk = new FrameWalk(frame.slice());
        walk.length();
        return new FrameText(walk.size, walk.length, walk.type, walk.header, walk.items, walk.omitted, walk.notes,
                walk.faults);
    }

    private void length() {
        if (size < FrameHeader.LENGTH_SIZE) {
            fault(size, "expected the four bytes of LENGTH, but " + bytes(size) + " came");
            unread();
            return;
        }
        length = in.readUnsignedInt();
        add(0, Kind.LENGTH, String.valueOf(length));
        noteText();
        int there = in.readableBytes();
        if (length < FrameHeader.MIN_LENGTH) {
            fault(0, "frame length " + length + " is below " + FrameHeader.MIN_LENGTH + ", the least there is");
            unread();
            return;
        }
        if (there < length) {
            isCut = true;
            fault(size, "the frame is cut: LENGTH announces " + bytes(length) + ", but " + bytes(there) + " came");
        } else if (there > length) {
            int end = TYPE_AT + (int) length;
            fault(end, "expected the end of the frame, but " + bytes(there - length) + " more came");
            in.writerIndex(end);
        }
        header();
        unread();
    }

    private void header() {
        if (in.isReadable()) {
            type = in.getUnsignedByte(TYPE_AT);
            add(TYPE_AT, 1, 0, Kind.TYPE, "", "", type + " " + FrameType.ofCode(type)
                    .map(known -> FrameText.nameOf(known.code())).orElse("(unknown)"));
        }
        if (in.readableBytes() >= IDS_AT - TYPE_AT) {
            add(FLAGS_AT, 4, 0, Kind.FLAGS, "", "", FrameText.flags(in.getInt(FLAGS_AT)));
        }
        FrameHeader read = read(FrameHeader::read);
        if (read == null) {
            return;
        }
        header = read;
        int streamIdSize = Varint.size(read.streamId());
        add(IDS_AT, streamIdSize, 0, Kind.STREAM_ID, "", "", Long.toUnsignedString(read.streamId()));
        add(IDS_AT + streamIdSize, Varint.size(read.frameId()), 0, Kind.FRAME_ID, "", "",
                Long.toUnsignedString(read.frameId()));
        if ((read.flags() & ~(FrameHeader.FIN | FrameHeader.ABORT)) != 0) {
            note("reserved flags are set; HAProxy's health check from 3.1 on wants exactly 00000001");
        }
        payload(read);
    }

    private void payload(FrameHeader read) {
        switch (FrameType.ofCode(read.type()).orElse(null)) {
            case HAPROXY_HELLO -> {
                requireConnectionFrame(read);
                keys(whole -> {
                    if (HaproxyHello.read(whole).healthcheck()) {
                        note("a health check (option spop-check): answer AGENT-HELLO and nothing after it");
                    }
                });
            }
            case AGENT_HELLO -> {
                requireConnectionFrame(read);
                keys(this::agentHello);
            }
            case HAPROXY_DISCONNECT, AGENT_DISCONNECT -> {
                requireConnectionFrame(read);
                keys(this::disconnect);
            }
            case NOTIFY -> notifyFrame(read);
            case UNSET -> unset(read);
            case ACK -> ack(read);
            case null -> {
                fault(TYPE_AT, "expected a type from 0 to 3 (engine) or 101 to 103 (agent), but " + read.type()
                        + " came");
                note("HAProxy passes over a frame of an unknown type, but from 3.1 on not over one with stream-id 0");
            }
        }
    }

    /** HELLO and DISCONNECT are about the connection: one piece, ids 0 (sections 1.1 and 2.3). */
    private void requireConnectionFrame(FrameHeader read) {
        requireFin(read);
        if (read.streamId() != 0 || read.frameId() != 0) {
            fault(IDS_AT, "expected stream-id 0 and frame-id 0 in " + FrameText.nameOf(type) + ", but "
                    + Long.toUnsignedString(read.streamId()) + " and " + Long.toUnsignedString(read.frameId())
                    + " came");
        }
    }

    private void requireFin(FrameHeader read) {
        if (!read.isFin()) {
            faults.add(new Fault(FLAGS_AT, StatusCode.FRAGMENTATION_NOT_SUPPORTED, "expected FIN (flags 00000001) in "
                    + FrameText.nameOf(type) + ", but flags " + String.format(Locale.ROOT, "%08x", read.flags())
                    + " came"));
        }
    }

    private void keys(Consumer<ByteBuf> reader) {
        int start = in.readerIndex();
        Boolean isWhole = read(payload -> {
            while (payload.isReadable()) {
                int at = payload.readerIndex();
                byte[] key = WireString.readBytes(payload);
                typed(at, 0, Kind.KEY, Printable.name(key));
                notePrefix(new String(key, StandardCharsets.UTF_8));
            }
            return true;
        });
        if (isWhole != null && !isCut) {
            read(ignored -> {
                reader.accept(in.duplicate().readerIndex(start));
                return true;
            });
        }
    }

    private void notePrefix(String key) {
        for (String known : AGENT_KEYS) {
            if (type == FrameType.AGENT_HELLO.code() && key.startsWith(known) && key.length() > known.length()) {
                note("HAProxy compares only the beginning of keys: it takes "
                        + Printable.name(key.getBytes(StandardCharsets.UTF_8)) + " for " + known);
            }
        }
    }

    private void agentHello(ByteBuf whole) {
        AgentHello hello = AgentHello.read(whole.duplicate());
        if (Long.compareUnsigned(hello.maxFrameSize(), FrameHeader.MIN_MAX_FRAME_SIZE) < 0) {
            throw new ProtocolException(StatusCode.BAD_MAX_FRAME_SIZE,
                    KvList.read(whole).indexOf("max-frame-size"), "expected max-frame-size to be "
                            + FrameHeader.MIN_MAX_FRAME_SIZE + " or more, but it is "
                            + Long.toUnsignedString(hello.maxFrameSize()));
        }
    }

    private void disconnect(ByteBuf whole) {
        Disconnect disconnect = Disconnect.read(whole);
        note("status " + Long.toUnsignedString(disconnect.statusCode()) + ": "
                + StatusCode.ofCode(disconnect.statusCode()).map(StatusCode::reason)
                        .orElse("not a code of SPOP, so the sender's own"));
        if (type == FrameType.AGENT_DISCONNECT.code()
                && disconnect.message().getBytes(StandardCharsets.UTF_8).length > LEGACY_MAX_MESSAGE) {
            note("HAProxy up to 3.0 refuses a message of more than " + LEGACY_MAX_MESSAGE + " bytes");
        }
    }

    private void notifyFrame(FrameHeader read) {
        if (!read.isFin()) {
            isCut = true;
            note("the first fragment of a NOTIFY (HAProxy up to 3.0): its payload may stop anywhere and goes on in"
                    + " frames UNSET with the same ids");
        } else if (read.isAbort()) {
            note("ABORT in a NOTIFY that is whole: HAProxy never sets it there");
        }
        if (!in.isReadable() && !isCut) {
            note("no message at all: HAProxy 3.1 and 3.2 send that, and it is to be answered with an empty ACK");
        }
        read(payload -> {
            while (payload.isReadable()) {
                int at = payload.readerIndex();
                byte[] name = WireString.readBytes(payload);
                int count = MessageList.readArgumentCount(payload);
                add(at, Kind.MESSAGE, Printable.name(name), "",
                        count + (count == 1 ? " argument" : " arguments"));
                for (int i = 0; i < count; i++) {
                    int argumentAt = payload.readerIndex();
                    typed(argumentAt, 1, Kind.ARGUMENT, Printable.name(WireString.readBytes(payload)));
                }
            }
            return true;
        });
        if (!read.isFin() && in.isReadable()) {
            fragment();
        }
    }

    private void unset(FrameHeader read) {
        if (read.isAbort()) {
            note("the engine gives the fragmented NOTIFY with these ids up; it gets no ACK");
        } else {
            note((read.isFin() ? "the last fragment" : "a fragment") + " of the NOTIFY with these ids; it means"
                    + " something only behind the ones before it");
        }
        if (in.isReadable()) {
            fragment();
        }
    }

    private void fragment() {
        int at = in.readerIndex();
        in.skipBytes(in.readableBytes());
        add(at, Kind.FRAGMENT, bytes(in.readerIndex() - at));
    }

    private void ack(FrameHeader read) {
        requireFin(read);
        if (read.isFin() && read.isAbort()) {
            note("FIN and ABORT: the agent refuses a NOTIFY in the middle of its fragments");
        } else if (!in.isReadable() && !isCut) {
            note("no action: HAProxy 3.1.0 takes this for no answer, every other version for success");
        }
        if (read.streamId() == 0) {
            note("stream-id 0: good for HAProxy up to 3.0, an error (4) from 3.1 on");
        } else if (read.frameId() == 0) {
            note("frame-id 0: ignored by HAProxy up to 3.0, an error (4) from 3.1 on");
        }
        int count = 0;
        while (in.isReadable()) {
            int at = in.readerIndex();
            try {
                action(at, ActionList.readNext(in));
                count++;
            } catch (ProtocolException e) {
                in.readerIndex(at);
                if (!isCut) {
                    fault(e.index(), StoppedAction.describe(in, at, count, e));
                }
                return;
            }
        }
    }

    private void action(int at, Action action) {
        Scope scope = action.scope();
        String name = scope.prefix() + " " + Printable.name(action.name().getBytes(StandardCharsets.UTF_8));
        switch (action) {
            case Action.SetVar set -> {
                ByteBuf behindScope = in.duplicate().readerIndex(at + 3);
                WireString.skip(behindScope);
                add(at, Kind.SET_VAR, name, set.value().type().name(),
                        Printable.value(set.value()) + remark(set.value(), behindScope.readerIndex()));
            }
            case Action.UnsetVar unused -> add(at, Kind.UNSET_VAR, name, "", "");
        }
        try {
            VariableName.check(scope, 0, action.name());
        } catch (IllegalArgumentException e) {
            note("HAProxy drops the action at byte " + at + " without a word: its name, "
                    + Printable.name(action.name().getBytes(StandardCharsets.UTF_8))
                    + ", is empty, too long, or has other characters than letters, digits, '_' and '.'");
        }
    }

    /** Reads a value whose name begins at an offset. */
    private void typed(int at, int depth, Kind kind, String name) {
        int typeAt = in.readerIndex();
        Value value = TypedData.read(in);
        add(at, in.readerIndex() - at, depth, kind, name, value.type().name(),
                Printable.value(value) + remark(value, typeAt));
    }

    /** What flags in front of a type do to it (section 1.3). */
    private String remark(Value value, int typeAt) {
        int flags = in.getUnsignedByte(typeAt) >>> 4;
        return switch (value) {
            case Value.Bool unused when flags > 1 -> " (flags " + flags + ": only 1 is true)";
            case Value.Str unused when flags != 0 -> " (flags " + flags + ": HAProxy takes it for BINARY)";
            default -> "";
        };
    }

    /** What a reader returns; null where the bytes do not let it, which is a fault unless there are bytes missing. */
    private <T> @Nullable T read(Function<ByteBuf, T> reader) {
        try {
            return reader.apply(in);
        } catch (ProtocolException e) {
            if (!isCut) {
                faults.add(new Fault(e.index(), e.status(), Printable.message(String.valueOf(e.getMessage()))));
            }
            in.readerIndex(told);
            return null;
        }
    }

    private void unread() {
        if (in.isReadable()) {
            int at = in.readerIndex();
            in.skipBytes(in.readableBytes());
            add(at, Kind.UNREAD, bytes(in.readerIndex() - at));
        }
    }

    /** LENGTH made of letters is another protocol that came to the wrong port. */
    private void noteText() {
        byte[] letters = new byte[FrameHeader.LENGTH_SIZE];
        in.getBytes(0, letters);
        for (byte letter : letters) {
            if (letter < ' ' || letter > '~') {
                return;
            }
        }
        note("the four bytes of LENGTH are the text " + Printable.text(letters) + ": probably not SPOP at all");
    }

    private void note(String note) {
        if (notes.size() < MAX_NOTES) {
            notes.add(note);
        }
    }

    private void fault(int offset, String message) {
        faults.add(new Fault(offset, StatusCode.INVALID_FRAME, message));
    }

    private void add(int at, Kind kind, String value) {
        add(at, in.readerIndex() - at, 0, kind, "", "", value);
    }

    private void add(int at, Kind kind, String name, String type, String value) {
        add(at, in.readerIndex() - at, 0, kind, name, type, value);
    }

    private void add(int at, int bytes, int depth, Kind kind, String name, String type, String value) {
        told = at + bytes;
        if (items.size() >= FrameText.MAX_ITEMS) {
            omitted++;
            return;
        }
        items.add(new Item(at, bytes, depth, kind, Printable.hex(in, at, bytes), name, type, value));
    }

    private static String bytes(long count) {
        return count + (count == 1 ? " byte" : " bytes");
    }
}
